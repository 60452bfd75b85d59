from django import forms
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from bank.models import Account


class TransferForm(forms.Form):
    amount = forms.DecimalField(min_value=1, max_value=10_000, decimal_places=2)


@require_POST
def transfer(request):
    form = TransferForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    account = Account.objects.get(owner=request.user)
    account.balance -= form.cleaned_data["amount"]
    account.save()
    return JsonResponse({"balance": account.balance})
