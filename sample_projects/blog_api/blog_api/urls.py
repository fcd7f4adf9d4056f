from accounts import views as account_views
from comments import views as comment_views
from django.urls import include, path
from posts import views as post_views
from rest_framework.routers import DefaultRouter, SimpleRouter

router = DefaultRouter()
router.register("posts", post_views.PostViewSet)
router.register("articles", post_views.ArticleViewSet, basename="article")
router.register("teams", account_views.TeamViewSet, basename="team")
router.register("flagged", comment_views.FlaggedViewSet)

slow_router = SimpleRouter()
slow_router.register("posts", post_views.PostViewSetSlow, basename="slow-post")
slow_router.register("articles", post_views.ArticleViewSetSlow, basename="slow-article")
slow_router.register("teams", account_views.TeamViewSetSlow, basename="slow-team")
slow_router.register("flagged", comment_views.FlaggedViewSetSlow, basename="slow-flagged")

slow_urls = [
    path("", include(slow_router.urls)),
    path("threads/", post_views.ThreadListSlow.as_view()),
    path("half-threads/", post_views.HalfThreadListSlow.as_view()),
    path("cards/", post_views.CardListSlow.as_view()),
    path("shelf/", post_views.PostShelfSlow.as_view()),
    path("briefs/", post_views.BriefListSlow.as_view()),
    path("export/", post_views.ExportListSlow.as_view()),
    path("bylines/", post_views.BylineListSlow.as_view()),
    path("shaped/", post_views.ShapedListSlow.as_view()),
    path("latest/", post_views.LatestListSlow.as_view()),
    path("joined-in/", post_views.JoinedInListSlow.as_view()),
    path("categories/", post_views.CategoryListSlow.as_view()),
    path("members/", account_views.MemberListSlow.as_view()),
    path("comments/", comment_views.CommentFeedSlow.as_view()),
    path("reactions/", comment_views.reactions_slow),
    path("mentions/", comment_views.mentions_slow),
]

urlpatterns = [
    path("api/slow/", include(slow_urls)),
    path("api/threads/", post_views.ThreadList.as_view()),
    path("api/half-threads/", post_views.ThreadList.as_view()),
    path("api/cards/", post_views.CardList.as_view()),
    path("api/shelf/", post_views.PostShelf.as_view()),
    path("api/shelf/categories/", post_views.CategoryShelf.as_view()),
    path("api/briefs/", post_views.BriefList.as_view()),
    path("api/export/", post_views.ExportList.as_view()),
    path("api/bylines/", post_views.BylineList.as_view()),
    path("api/shaped/", post_views.ShapedList.as_view()),
    path("api/latest/", post_views.LatestList.as_view()),
    path("api/joined-in/", post_views.JoinedInList.as_view()),
    path("api/categories/", post_views.CategoryList.as_view()),
    path("api/keys/", post_views.KeysList.as_view()),
    path("api/members/", account_views.MemberList.as_view()),
    path("api/comments/", comment_views.CommentFeed.as_view()),
    path("api/replies/", comment_views.ReplyList.as_view()),
    path("api/reactions/", comment_views.reactions),
    path("api/mentions/", comment_views.mentions),
    path("api/", include(router.urls)),
]
