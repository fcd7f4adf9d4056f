"""A blog of `size` posts, `size` comments on each; everything that is read per row is a row of its own."""
# mypy: ignore-errors

from accounts.models import Profile, Team, User
from comments.models import Category as Flag
from comments.models import Comment, Reaction
from posts.models import Category, Post, Tag


def seed(size):
    for n in range(1, size + 1):
        user = User.objects.create(
            username=f"user{n}", email=f"user{n}@example.com", team=Team.objects.create(name=f"Team {n}")
        )
        Profile.objects.create(user=user, bio=f"Writes about {n}.")
        category = Category.objects.create(name=f"Category {n}", parent=Category.objects.last())
        flag = Flag.objects.create(label=f"Flag {n}")
        post = Post.objects.create(
            title=f"Post number {n}", content="Text.", author=user, category=category, published=True
        )
        post.tags.set([Tag.objects.create(word=f"word{n}"), Tag.objects.create(word=f"other{n}")])
        Post.objects.create(
            title=f"Own draft {n}", content="Text.", author=User.objects.first(), category=category
        ).tags.set(post.tags.all())
        first = Post.objects.order_by("pk").first()
        parent = Comment.objects.order_by("pk").first()
        for subject in {first, post}:
            comment = Comment.objects.create(
                post=subject, author=user, category=flag, parent=parent, text=f"Comment {n} on {subject.pk}"
            )
            Reaction.objects.create(comment=comment, user=user, emoji=":)")
            Comment.objects.create(post=subject, author=user, category=flag, parent=comment, text=f"Reply {n}")
