from comments.models import Comment
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print who commented what"

    def handle(self, *args, **options):
        for number, comment in enumerate(Comment.objects.select_related("author").order_by("pk"), start=1):
            self.stdout.write(f"{number} {comment.author.username} {comment.post.title}")  # expect: DJC101 post
