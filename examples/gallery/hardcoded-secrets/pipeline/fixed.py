import pandas as pd
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from sqlalchemy import create_engine


@dag(schedule="@daily")
def daily_sales():
    @task
    def load():
        engine = create_engine(BaseHook.get_connection("warehouse").get_uri())
        frame = pd.read_csv("/data/sales.csv")
        frame.to_sql("sales", engine, if_exists="append")

    load()


daily_sales()
