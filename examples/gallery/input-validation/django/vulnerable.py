import json

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from bank.models import Account


@require_POST
def transfer(request):
    data = json.loads(request.body)
    account = Account.objects.get(owner=request.user)
    account.balance -= data["amount"]
    account.save()
    return JsonResponse({"balance": account.balance})
