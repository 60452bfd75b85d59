import pandas as pd
from airflow.decorators import dag, task
from sqlalchemy import create_engine

WAREHOUSE = "postgresql://loader:n1ghtTrain88@warehouse.example.org/sales"


@dag(schedule="@daily")
def daily_sales():
    @task
    def load():
        engine = create_engine(WAREHOUSE)
        frame = pd.read_csv("/data/sales.csv")
        frame.to_sql("sales", engine, if_exists="append")

    load()


daily_sales()
