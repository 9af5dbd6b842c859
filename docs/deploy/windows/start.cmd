@echo off
rem Starts the dashboard for this Windows account and opens the browser. Close the window to stop it. No rights of an administrator.
rem A task of the Task Scheduler runs it with --no-browser when the machine starts (docs/running.md).
title Tongxing
if not exist "%~dp0python\python.exe" (
  echo Unpack the whole zip first, then start this file from the unpacked folder.
  pause
  exit /b 1
)
chcp 65001 >nul
"%~dp0python\python.exe" -X utf8 "%~dp0python\start.py" %*
if errorlevel 1 pause
