"""Registry Bot: `/create-registry` in Slack becomes a Docker registry in Huawei Cloud CodeArts Artifact.

The way of a request; the same numbers stand in the README's diagram and in the modules:

(1) `/create-registry [name]` arrives and is acknowledged       slack/command.py
(2) the form is opened                                          slack/command.py, views/form.py
(3) the submission arrives and is parsed                        slack/submission.py
(4) the rules judge it; errors go back inside the form          registry/rules.py
(5) a durable workflow is started, then the form closes         workflow/engine.py, workflow/create_registry.py
(6) the workflow calls CodeArts, and looks up what is in doubt  workflow/creation.py, codearts/
(7) the channel hears it, in one message that is kept current   workflow/delivery.py, announce/, views/messages.py
"""

__version__ = "0.1.0"
