"""Registry Bot: `/create-registry` in Slack becomes a Docker registry in Huawei Cloud CodeArts Artifact.

The path of a request; the same numbers are in the README's diagram and in the modules:

(1) `/create-registry [name]` arrives and is acknowledged       features/create_registry/listeners.py
(2) the form is opened                                          features/create_registry/form.py, slack/inbound/forms.py
(3) the submission arrives                                      features/create_registry/listeners.py
(4) the rules are applied; errors go back inside the form       features/create_registry/rules.py
(5) a durable workflow is started, then the form closes         workflow/engine.py, features/create_registry/workflow.py
(6) the workflow calls CodeArts, and looks up what is in doubt  features/create_registry/creation.py, lost_answer.py, codearts/
(7) the outcome is posted to the channel, in one message        workflow/delivery.py, features/create_registry/messages.py

The platform (every package but `features`) knows no feature: `features/catalogue.py` lists them, and `app.py` brings both
together.
"""

__version__ = "0.1.0"
