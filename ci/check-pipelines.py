#!/usr/bin/python3
"""What actionlint and yamllint do not look at in the pipelines of GitHub and Azure.

usage: ci/check-pipelines.py

Each step runs one script of ci/ that is there, and nothing else; each job has a time limit; each action and task is of a
fixed version; GitHub's workflows may only read, and one run replaces another of the same branch.

Exit codes: 0 nothing to complain of, 1 findings.
"""
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
findings = []


def complain(file, what):
    findings.append(f'{file.relative_to(ROOT)}: {what}')


def check_step(file, step):
    command = step.get('run', step.get('script'))
    if command is not None:
        script = command.split()[0].replace('\\', '/')
        if '\n' in command.strip() or re.search(r'[;&|<>]', command):
            complain(file, f'"{command.strip()}" is more than one script of ci/: make it a script')
        elif not re.match(r'(ci|\.ci)/', script) or not (ROOT / script).is_file():
            complain(file, f'"{command}" runs no script of ci/')
    action = step.get('uses', '')
    if action and not action.startswith('./') and not re.search(r'@v\d+\.\d+\.\d+$', action):
        complain(file, f'{action} is of no fixed version (NAME@v1.2.3)')
    if 'task' in step and not re.search(r'@\d+$', step['task']):
        complain(file, f'the task {step["task"]} is of no fixed version (NAME@1)')


def check_job(file, name, job, limit):
    if 'steps' not in job:  # another file's job, which is checked there
        return
    if limit not in job:
        complain(file, f'the job {name} has no {limit}')
    for step in job['steps']:
        check_step(file, step)


def check_github(file, text):
    if text.get('permissions') != {'contents': 'read'}:
        complain(file, 'permissions must be "contents: read"')
    triggers = text.get('on', text.get(True))  # YAML 1.1 takes "on" for true
    if 'workflow_call' not in triggers and 'concurrency' not in text:
        complain(file, 'there is no concurrency group')
    for name, job in text['jobs'].items():
        check_job(file, name, job, 'timeout-minutes')


def check_azure(file, text):
    for job in text['jobs']:
        if 'job' in job:
            check_job(file, job['job'], job, 'timeoutInMinutes')
        elif 'template' in job and not (file.parent / job['template']).is_file():
            complain(file, f'there is no template {job["template"]}')


for path in sorted((ROOT / '.github' / 'workflows').glob('*.yml')):
    check_github(path, yaml.safe_load(path.read_text(encoding='utf-8')))
for path in sorted((ROOT / 'ci').glob('azure-*.yml')):
    check_azure(path, yaml.safe_load(path.read_text(encoding='utf-8')))
for finding in findings:
    print(finding)
sys.exit(1 if findings else 0)
