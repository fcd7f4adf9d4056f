from shop.models import Author


def menu(request):
    return {"authors_in_menu": Author.objects.all()}
