"""What is on each picture, in the order of docs/what-people-see.md. A scene takes an empty stage and fills it."""

from playwright.async_api import expect

from bot.playground.faults import Fault
from bot.playground.slack import company

from .stage import Stage

ABOUT = "Images of the web shop"


async def form_and_a_taken_name(stage: Stage) -> None:
    """The form, filled in; then with a name that somebody has."""
    stage.playground.cloud.add_registry("team-shop", created_by="li.wei")
    await stage.command("payments")
    await expect(stage.form).to_be_visible()
    await stage.fill_in("payments", ABOUT)
    await stage.shoot("form", stage.form)
    await stage.form.get_by_role("textbox").first.fill("Team-Shop")
    await expect(stage.form.get_by_text("already exists")).to_be_visible()
    await stage.shoot("form-taken", stage.form)


async def ready_and_how_to_push(stage: Stage) -> None:
    """A registry that is ready, asked for at a message; how to push to it; the thread; all of it on the whole page."""
    asked = stage.playground.slack.say("We need a place for its images.", user=company.BEN)
    await stage.page.locator(f'[data-message="{asked.ts}"]').hover()
    await stage.page.locator(f'[data-message="{asked.ts}"]').get_by_role("button", name="More actions").click()
    await stage.page.get_by_role("menuitem", name="Create registry").click()
    await stage.fill_in("team-shop", ABOUT)
    await stage.form.get_by_role("button", name="Create registry").click()
    await expect(stage.message("is ready")).to_be_visible()
    await stage.shoot("ready", stage.message("is ready"))
    await stage.message("is ready").get_by_role("button", name="How to push").click()
    await expect(stage.form).to_be_visible()
    await stage.shoot("how-to-push", stage.form)
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.get_by_role("button", name="1 reply")).to_be_visible()
    await stage.shoot_all("demo")
    await stage.page.get_by_role("button", name="1 reply").click()
    messages = stage.page.locator('[data-part="thread-messages"] > [data-message]')
    await expect(messages).to_have_count(2)
    await stage.shoot("thread", stage.page.locator(".thread-head"), messages.first, messages.last)


async def slow(stage: Stage) -> None:
    """A cloud that takes its time."""
    stage.playground.page.mood.choose("slow")
    await stage.ask_for("payments", "Images of the checkout")
    await expect(stage.message("is being created")).to_be_visible()
    await stage.shoot("creating", stage.message("is being created"))


async def not_created(stage: Stage) -> None:
    """A name that was taken in the last moment, and a refusal."""
    await stage.command()
    await expect(stage.page.locator('[data-part="names"]')).to_contain_text("last read")
    stage.playground.cloud.add_registry("team-shop", created_by="li.wei")
    await stage.fill_in("team-shop", ABOUT)
    await stage.form.get_by_role("button", name="Create registry").click()
    await expect(stage.message("team-shop")).to_contain_text("was not created")
    stage.playground.page.mood.choose("refuses")
    await stage.ask_for("payments", "Images of the checkout")
    await expect(stage.message("payments")).to_contain_text("1 reply")
    await stage.shoot("not-created", stage.message("team-shop"), stage.message("payments"))


async def not_known(stage: Stage) -> None:
    """An answer was lost, and the list that the bot can read shows nothing."""
    stage.playground.cloud.lands_elsewhere = True
    stage.playground.cloud.faults.add("create", Fault.drop(apply=True))
    await stage.ask_for("payments", "Images of the checkout")
    await expect(stage.message("is not confirmed yet")).to_contain_text("1 reply")
    await stage.shoot("unconfirmed", stage.message("is not confirmed yet"))


async def at_home(stage: Stage) -> None:
    """The app's Home, with the outcomes of two requests, and a third one that waits."""
    await stage.ask_for("team-shop", ABOUT)
    await expect(stage.message("team-shop")).to_contain_text("is ready")
    stage.playground.page.mood.choose("refuses")
    await stage.ask_for("payments", "Images of the checkout")
    await expect(stage.message("payments")).to_contain_text("was not created")
    await stage.choose("Every request")
    await stage.ask_for("search", "Images of the search")
    await expect(stage.message("search")).to_contain_text("is waiting")
    await stage.page.get_by_role("button", name="Registry Bot").click()
    home = stage.page.locator('[data-part="home"]')
    await expect(home).to_contain_text("payments")
    await stage.shoot("home", stage.page.locator('[data-part="app-tabs"]'), home.locator("> *").last)


async def asked_afterwards(stage: Stage) -> None:
    """Whose is it? Answered to the person who asks, and to nobody else."""
    await stage.ask_for("team-shop", ABOUT)
    await expect(stage.message("team-shop")).to_contain_text("is ready")
    await stage.command("status team-shop")
    answer = stage.page.locator("[data-message][data-ephemeral]")
    await expect(answer).to_contain_text("team-shop")
    await stage.shoot("status", answer)
    await answer.get_by_role("button", name="Receipt").click()
    await expect(stage.form).to_be_visible()
    await stage.shoot("receipt", stage.form)


async def approval(stage: Stage) -> None:
    """What waits for an approval: where it was asked for, and as the approvers see it; and the form that offers to ask."""
    await stage.page.set_viewport_size({"width": 1280, "height": 1200})
    await stage.choose("All outside #team-shop")
    await stage.page.get_by_role("button", name="general").click()
    await stage.command("payments")
    await expect(stage.form.get_by_text("You can still ask for an approval")).to_be_visible()
    await stage.fill_in("payments", "Images of the checkout")
    await stage.form.get_by_label("Why do you need it?").fill("The checkout team has no channel yet.")
    await stage.shoot("ask-for-it", stage.form)
    await stage.form.get_by_role("button", name="Create registry").click()
    await expect(stage.message("is waiting for approval")).to_be_visible()
    await stage.shoot("waiting", stage.message("is waiting for approval"))
    await stage.page.locator(".who-person").filter(has_text="Ben").click()
    await stage.page.get_by_role("button", name="platform").click()
    question = stage.message("asks for the Docker registry")
    await expect(question).to_be_visible()
    await stage.shoot("question", question)


SCENES = (
    form_and_a_taken_name,
    ready_and_how_to_push,
    slow,
    not_created,
    not_known,
    at_home,
    asked_afterwards,
    approval,
)
