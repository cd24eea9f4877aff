# Runs bits_scenarios as a standard user, made for it and removed afterwards: for agents whose every process is elevated,
# where a token cannot simply be filtered. To be run elevated.
#
# usage: powershell -File ci\windows-not-elevated.ps1 RESULTS PROGRAM BACKEND
#
# The user may read the directory of PROGRAM and write to RESULTS. The password is random and known to this process alone.
# Exit code: the program's; 3 when it could not be started.
param([string]$Results, [string]$Program, [string]$Backend)
$ErrorActionPreference = 'Stop'
$name = 'bits' + [guid]::NewGuid().ToString('N').Substring(0, 12)
$password = New-Object System.Security.SecureString
$bytes = New-Object byte[] 24
[System.Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes)
foreach ($character in ('Aa1!' + [Convert]::ToBase64String($bytes)).ToCharArray()) { $password.AppendChar($character) }
$code = 3
try {
    New-LocalUser -Name $name -Password $password -Description 'bits-harness: temporary' | Out-Null
    icacls (Split-Path $Program) /grant "${name}:(OI)(CI)RX" /Q | Out-Null
    icacls $Results /grant "${name}:(OI)(CI)M" /Q | Out-Null
    $credential = New-Object System.Management.Automation.PSCredential ".\$name", $password
    $arguments = "--backend $Backend `"--gtest_output=xml:$Results\results.xml`""
    if ($Backend -eq 'windows') { $arguments += " --record `"$Results\scenarios.jsonl`"" }
    $process = Start-Process -FilePath $Program -ArgumentList $arguments -Credential $credential -WorkingDirectory $Results `
        -RedirectStandardOutput "$Results\output.txt" -RedirectStandardError "$Results\errors.txt" -LoadUserProfile -PassThru
    $null = $process.Handle  # without it there is no exit code later
    $process.WaitForExit()
    $code = $process.ExitCode
    Get-Content "$Results\output.txt", "$Results\errors.txt"
} catch {
    [Console]::Error.WriteLine("windows-not-elevated: $_")
} finally {
    icacls (Split-Path $Program) /remove $name /Q | Out-Null
    Get-LocalUser -Name $name -ErrorAction SilentlyContinue | Remove-LocalUser
    Get-CimInstance Win32_UserProfile | Where-Object { $_.LocalPath -like "*\$name" } | Remove-CimInstance
}
exit $code
