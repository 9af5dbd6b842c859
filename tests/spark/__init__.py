"""What Apache Spark makes of the warehouse's SQL; run by `make spark-test` in an environment of its own."""
