"""Every place of the blog that is run."""

from .pairs import Pair, Step, Trap, calls, traps


def api(*paths: str, user: str = "") -> list[Pair]:
    """Addresses whose faulty version lives under `/api/slow/`."""
    return [
        Pair(path, "rows", Step("get", f"/api/slow/{path}/", user=user), Step("get", f"/api/{path}/", user=user))
        for path in paths
    ]


PAIRS = [
    *api(
        "posts",
        "articles",
        "articles/1",
        "teams",
        "flagged",
        "threads",
        "half-threads",
        "cards",
        "shelf",
        "briefs",
        "export",
        "bylines",
        "shaped",
        "latest",
        "categories",
        "members",
        "comments",
        "reactions",
        "mentions",
    ),
    *api("posts/my_posts", "joined-in", user="user1"),
    *calls("posts.digests", "headlines", "teams", "activity", "threads", "recent_words", "parents"),
    *calls("posts.digests", "conversation", "voices", args=(1,)),
    Pair("send_digest", "rows", Step("command", "send_digest_slow"), Step("command", "send_digest")),
]

TRAPS = [
    *traps("posts.digests", "own_replies", args=(1,)),
    *traps("posts.digests", "recent_titles"),
    Trap("another shelf", Step("get", "/api/shelf/categories/")),
    Trap("keys of posts", Step("get", "/api/keys/")),
    Trap("keys of comments", Step("get", "/api/replies/")),
    Trap("one post", Step("get", "/api/posts/1/", user="user1")),
    Trap("one post of the slow viewset", Step("get", "/api/slow/posts/1/", user="user1")),
]
