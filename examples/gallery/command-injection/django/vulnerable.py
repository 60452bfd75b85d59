import subprocess

from django.http import JsonResponse


def ping(request):
    host = request.GET["host"]
    result = subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True)
    return JsonResponse({"reachable": result.returncode == 0})
