//! `hognose routes`: the endpoints of small projects, each in the way its framework registers them.

mod support;

use support::Project;

/// Method and path of each line that is a route.
fn listed(project: &Project, arguments: &[&str]) -> Vec<String> {
    let run = project.run(arguments);
    assert_eq!(run.code, 0, "{run}");
    run.stdout
        .lines()
        .filter(|line| !line.starts_with(' ') && line.contains("  "))
        .map(|line| {
            let mut words = line
                .split("  ")
                .map(str::trim)
                .filter(|word| !word.is_empty());
            let method = words.next().unwrap_or("");
            let path = words.next().unwrap_or("");
            format!("{method} {path}")
        })
        .collect()
}

#[test]
fn blueprints_within_applications() {
    let project = Project::new();
    project.write(
        "app.py",
        "from flask import Flask\nfrom api import bp\nfrom shop import shop\n\n\n\
         def create():\n    app = Flask(__name__)\n\
         \x20   app.register_blueprint(bp, url_prefix='/v2')\n\
         \x20   app.register_blueprint(shop)\n    return app\n",
    );
    project.write(
        "api.py",
        "from flask import Blueprint, request\n\nbp = Blueprint('api', __name__, url_prefix='/v1')\n\n\n\
         @bp.route('/pay', methods=['POST', 'PUT'])\ndef pay():\n    return {'a': request.json['amount']}\n\n\n\
         @bp.get('/<int:number>')\ndef show(number):\n    return {}\n",
    );
    project.write(
        "shop.py",
        "from flask import Blueprint\n\nshop = Blueprint('shop', __name__, url_prefix='/shop')\n\n\n\
         @shop.route('/')\ndef index():\n    return {}\n",
    );
    assert_eq!(
        listed(&project, &["routes"]),
        ["GET /shop/", "GET /v2/<int:number>", "POST, PUT /v2/pay"]
    );
    let run = project.run(&["routes", "--output-format", "json"]);
    assert!(run.stdout.contains("\"name\": \"amount\""), "{run}");
    assert!(run.stdout.contains("\"from\": \"body\""), "{run}");
    assert!(run.stdout.contains("\"validation\": \"raw\""), "{run}");
    let run = project.run(&["routes", "--output-format", "markdown"]);
    assert!(run.stdout.contains("| `/v2/pay` |"), "{run}");
}

#[test]
fn routers_within_routers() {
    let project = Project::new();
    project.write(
        "main.py",
        "from fastapi import FastAPI\nfrom routers import orders\n\napp = FastAPI()\n\
         app.include_router(orders.router, prefix='/v1')\n\n\n\
         @app.get('/')\ndef root(page: int = 1):\n    return {}\n",
    );
    project.write("routers/__init__.py", "");
    project.write(
        "routers/orders.py",
        "from fastapi import APIRouter\n\nrouter = APIRouter(prefix='/orders')\n\n\n\
         @router.post('/{number}')\ndef change(number: int, body: dict):\n    return body['amount']\n",
    );
    assert_eq!(
        listed(&project, &["routes"]),
        ["GET /", "POST /v1/orders/{number}"]
    );
}

#[test]
fn lists_within_lists() {
    let project = Project::new();
    project.write("site/__init__.py", "");
    project.write(
        "site/urls.py",
        "from django.urls import include, path\nfrom shop import views\n\n\
         urlpatterns = [\n    path('', views.index),\n    path('shop/', include('shop.urls')),\n\
         \x20   path('in/', include([path('side/', views.index)])),\n]\n",
    );
    project.write("shop/__init__.py", "");
    project.write(
        "shop/urls.py",
        "from django.urls import path\nfrom . import views\n\n\
         urlpatterns = [path('<int:pk>/', views.Detail.as_view())]\n",
    );
    project.write(
        "shop/views.py",
        "from django.http import HttpResponse\nfrom django.views import View\n\n\n\
         def index(request):\n    return HttpResponse(request.GET['q'])\n\n\n\
         class Detail(View):\n    def get(self, request, pk):\n        return HttpResponse('a')\n\n\
         \x20   def post(self, request, pk):\n        return HttpResponse('a')\n",
    );
    assert_eq!(
        listed(&project, &["routes"]),
        [
            "ANY /",
            "ANY /in/side/",
            "GET /shop/<int:pk>/",
            "POST /shop/<int:pk>/"
        ]
    );
}

#[test]
fn no_routes_and_no_such_path() {
    let project = Project::new();
    project.write("clean.py", "print('hello')\n");
    let run = project.run(&["routes", "clean.py"]);
    assert_eq!((run.code, run.stdout.trim()), (0, "0 routes"), "{run}");
    assert_eq!(project.run(&["routes", "missing.py"]).code, 2);
}
