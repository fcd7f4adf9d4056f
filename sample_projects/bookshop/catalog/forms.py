from django import forms

from reviews.models import Review

from .models import Book


class ImprintField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.title}, {obj.publisher}"  # next: DJC101 publisher


class OrderFormSlow(forms.Form):
    """Each option's label is the book's `__str__`, which reads its author."""

    book = forms.ModelChoiceField(queryset=Book.objects.all())
    copies = forms.IntegerField(min_value=1)


class OrderForm(forms.Form):
    book = forms.ModelChoiceField(queryset=Book.objects.select_related("author"))
    copies = forms.IntegerField(min_value=1)


class PickFormSlow(forms.Form):
    book = ImprintField(queryset=Book.objects.published())


class PickForm(forms.Form):
    book = ImprintField(queryset=Book.objects.published().with_people())


class ReviewFormSlow(forms.ModelForm):
    """Django makes a choice among all books of the foreign key, labelled by their `__str__`."""

    class Meta:
        model = Review
        fields = ["book", "stars"]


class ReviewForm(forms.ModelForm):
    book = forms.ModelChoiceField(queryset=Book.objects.select_related("author"))

    class Meta:
        model = Review
        fields = ["book", "stars"]
