import ipaddress
import subprocess

from django.http import HttpResponseBadRequest, JsonResponse


def ping(request):
    try:
        address = ipaddress.ip_address(request.GET["host"])
    except (KeyError, ValueError):
        return HttpResponseBadRequest("host has to be an IP address")
    result = subprocess.run(["ping", "-c", "1", "--", str(address)], capture_output=True, text=True)
    return JsonResponse({"reachable": result.returncode == 0})
