"""Texts of the weekly mail, built in plain Python."""

from comments.models import Comment
from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch

from .models import Post

User = get_user_model()


def headlines_slow():
    return [f"{post.title} by {post.author.username}" for post in Post.published_objects.all()]  # expect: DJC101 author


def headlines():
    return [f"{post.title} by {post.author.username}" for post in Post.front_page.all()]


def teams_slow():
    lines = []
    for user in User.objects.order_by("username"):
        lines.append(f"{user.username}: {user.team.name}, {user.profile.bio}")  # expect: DJC101 team, DJC101 profile
    return lines


def teams():
    lines = []
    for user in User.objects.select_related("team", "profile").order_by("username"):
        lines.append(f"{user.username}: {user.team.name}, {user.profile.bio}")
    return lines


def activity_slow():
    """Both names come from the abstract parent's `%(class)ss`."""
    rows = []
    for user in User.objects.order_by("pk"):
        rows.append([user.posts.count(), user.comments.count()])  # expect: DJC102 posts, DJC102 comments
    return rows


def activity():
    numbers = User.objects.annotate(
        number_of_posts=Count("posts", distinct=True), number_of_comments=Count("comments", distinct=True)
    )
    return [[user.number_of_posts, user.number_of_comments] for user in numbers.order_by("pk")]


def conversation_slow(post_id):
    post = Post.objects.get(pk=post_id)
    lines = []
    for comment in post.comments.order_by("pk"):
        lines.append(f"{comment.author.username} on {comment.post.title}")  # expect: DJC101 author
        for reaction in comment.reactions.all():  # expect: DJC102 reactions
            lines.append(f"{reaction.emoji} by {reaction.user.username}")  # expect: DJC101 reactions__user
    return lines


def conversation(post_id):
    post = Post.objects.get(pk=post_id)
    lines = []
    comments = post.comments.select_related("author").prefetch_related("reactions__user")
    for comment in comments.order_by("pk"):
        lines.append(f"{comment.author.username} on {comment.post.title}")
        for reaction in comment.reactions.all():
            lines.append(f"{reaction.emoji} by {reaction.user.username}")
    return lines


def threads_slow():
    lines = []
    comments = Prefetch("comments", queryset=Comment.objects.select_related("author"), to_attr="thread")
    for post in Post.objects.prefetch_related(comments):
        for comment in post.thread:
            lines.append(f"{comment.author.username}: {comment.category.label}")  # expect: DJC101 comments__category
    return lines


def threads():
    lines = []
    comments = Prefetch("comments", queryset=Comment.objects.select_related("author", "category"), to_attr="thread")
    for post in Post.objects.prefetch_related(comments):
        for comment in post.thread:
            lines.append(f"{comment.author.username}: {comment.category.label}")
    return lines


def recent():
    """For several digests, which show different things of it."""
    return Post.objects.order_by("-pk")


def recent_words_slow():
    return [[tag.word for tag in post.tags.all()] for post in recent()]  # expect: DJC102 tags


def recent_words():
    return [[tag.word for tag in post.tags.all()] for post in recent().prefetch_related("tags")]


def recent_titles():
    return [post.title for post in recent()]


def voices_slow(post_id):
    """The comments may have been prefetched: other code does so."""
    post = Post.objects.get(pk=post_id)
    return [comment.author.username for comment in post.comments.all()]  # expect: DJC101 author


def voices(post_id):
    post = Post.objects.get(pk=post_id)
    return [comment.author.username for comment in post.comments.select_related("author")]


def parents_slow():
    return [comment.parent.text for comment in Comment.objects.exclude(parent=None)]  # expect: DJC101 parent


def parents():
    return [comment.parent.text for comment in Comment.objects.exclude(parent=None).select_related("parent")]


def own_replies(comment_id):
    """Every reply came from its parent: the parent is known."""
    comment = Comment.objects.get(pk=comment_id)
    return [f"{reply.text} to {reply.parent.text}" for reply in comment.replies.all()]
