@echo off
rem Puts an icon on the desktop of this Windows account, which starts the dashboard. No rights of an administrator.
set "TONGXING_FOLDER=%~dp0"
powershell -NoProfile -ExecutionPolicy Bypass -Command "$folder = $env:TONGXING_FOLDER; $link = (New-Object -ComObject WScript.Shell).CreateShortcut([IO.Path]::Combine([Environment]::GetFolderPath('Desktop'), 'Tongxing.lnk')); $link.TargetPath = $folder + 'start.cmd'; $link.WorkingDirectory = $folder; $link.Save()"
if errorlevel 1 pause
