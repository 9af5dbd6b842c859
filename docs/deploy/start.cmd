@echo off
rem Starts the dashboard on Windows; a task of the Task Scheduler runs this file when the machine starts (docs/running.md).
set TONGXING_HOME=C:\tongxing-data
set PYTHONUTF8=1
cd /d C:\tongxing
.venv\Scripts\streamlit.exe run app.py --server.port 8501 >> "%TONGXING_HOME%\server.log" 2>&1
