from django.db import connection
from django.http import JsonResponse


def customers(request):
    name = request.GET.get("name", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM customer WHERE name LIKE %s", [f"%{name}%"])
        rows = cursor.fetchall()
    return JsonResponse({"customers": rows})
