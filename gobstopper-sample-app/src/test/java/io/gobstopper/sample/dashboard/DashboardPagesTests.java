package io.gobstopper.sample.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the pages of the dashboard show, whatever the database is, and how they are used.
 */
class DashboardPagesTests extends DashboardFixture {

	@Override
	String[] store() {
		return new String[0];
	}

	@Test
	void whatWasTypedIsSearchedForBeforeAllOfItIsChanged(Page page) {
		for (int i = 0; i < 3; i++) {
			application().queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		page.navigate(application().url() + "/tasks?status=failed");
		Locator retryAll = page.getByRole(AriaRole.BUTTON, named("Retry all that match"));
		Eventually.that(retryAll).isEnabled();
		page.getByLabel("Category", exactly()).fill("echoes");
		Eventually.that(retryAll).isDisabled();
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(retryAll).isEnabled();
		retryAll.click();
		Eventually.that(page.locator("dialog .filter-words")).hasText("status Failed, category echoes");
		Eventually.that(page.locator("dialog .dry-run")).hasText("0 tasks can be changed.");
		Eventually.that(page.locator("dialog button[type=submit]")).hasText("Retry");
		Eventually.that(page.locator("dialog button[type=submit]")).isDisabled();
		page.getByRole(AriaRole.BUTTON, named("Close")).click();
		page.getByRole(AriaRole.BUTTON, named("Clear")).click();
		Eventually.that(retryAll).isDisabled();
	}

	@Test
	void listTellsArgumentsTimesAndHowManyThereAre(Page page) {
		for (int i = 0; i < 45; i++) {
			application().queue().enqueue("echo", "greeting-" + i);
		}
		awaitCount(TaskStatus.SUCCESS, 45);
		page.navigate(application().url() + "/tasks");
		Eventually.that(page.locator("tbody tr").first()).containsText("\"greeting-44\"");
		Eventually.that(page.locator("tbody .when").first()).containsText("finished");
		Eventually.that(page.locator(".pages")).containsText("1–40 of 45");
		page.getByRole(AriaRole.BUTTON, named("Older")).click();
		Eventually.that(page.locator(".pages")).containsText("41–45 of 45");
		page.locator(".tabs").getByRole(AriaRole.LINK, locatorNamed("Failed")).click();
		Eventually.that(page.getByText("No task matches.")).isVisible();
		assertThat(page.locator("#names option")
			.evaluateAll("options => options.map((option) => option.value)")
			.toString()).contains("echo", "charge_card");
		assertThat(page.locator("#categories option")
			.evaluateAll("options => options.map((option) => option.value)")
			.toString()).contains("echoes", "payments");
	}

	@Test
	void numbersKeepTheirDigits(Page page) {
		String id = application().queue().enqueue("echo", 1234567890123456789L);
		page.navigate(application().url() + "/tasks/" + id);
		Eventually.that(page.getByText("1234567890123456789").first()).isVisible();
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	@Test
	void backFromATaskTheFilterIsKept(Page page) {
		application().queue().enqueue("echo", "x");
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(application().url() + "/tasks?status=success&category=echoes");
		page.locator("tbody a").first().click();
		page.getByRole(AriaRole.LINK, named("Back to the tasks")).click();
		Eventually.that(page).hasURL(application().url() + "/tasks?status=success&category=echoes");
	}

	@Test
	void runningTaskShowsWhereItIs(Page page) {
		String id = application().queue().enqueue("sync_calendar");
		page.navigate(application().url() + "/tasks/" + id);
		page.getByRole(AriaRole.BUTTON, named("Show where it is")).click();
		Eventually.that(page.getByText("Handlers.syncCalendar")).isVisible();
		String node = String.valueOf(application().queue().findTask(id).orElseThrow().node());
		Locator facts = page.locator(".card").filter(new Locator.FilterOptions().setHasText("This attempt"));
		Eventually.that(facts).containsText(Pattern.compile("Running for\\d.* m?s"));
		Eventually.that(facts).containsText(Pattern.compile("Timeout\\d+ min"));
		Eventually.that(facts).containsText(Pattern.compile("Last heartbeat\\d+ s ago"));
		Eventually.that(facts).containsText("Worker" + node);
	}

	@Test
	void everythingIsDoneWithTheKeyboard(Page page) {
		page.navigate(application().url());
		page.getByRole(AriaRole.BUTTON, named("Resize echoes")).focus();
		page.keyboard().press("Enter");
		page.getByLabel("Tasks at once").fill("4");
		page.keyboard().press("Enter");
		Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("echoes"));
		Eventually.that(row.locator(".workers")).hasText("0/4");
		Locator chart = page.locator(".plot").first();
		chart.focus();
		Eventually.that(chart).hasAttribute("aria-label", Pattern.compile("Throughput, latest: .*"));
		page.keyboard().press("ArrowLeft");
		Eventually.that(chart).hasAttribute("aria-label", Pattern.compile("Throughput, .*\\d.*: succeeded .*"));
		page.locator("details.values summary").first().focus();
		page.keyboard().press("Enter");
		Eventually.that(page.locator("details.values table tbody tr").first()).isVisible();
	}

	@Test
	void pageThatIsNotThereSaysSo(Page page) {
		page.navigate(application().url() + "/queues");
		Eventually.that(page.getByText("No such page")).isVisible();
		page.navigate(application().url() + "/");
		Eventually.that(page.getByRole(AriaRole.HEADING, named("Overview"))).isVisible();
	}

	@Test
	void narrowScreenShowsTasksFirst(Page page) {
		page.setViewportSize(390, 844);
		application().queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		page.navigate(application().url() + "/tasks");
		Locator row = page.locator("tbody tr").first();
		Eventually.that(row).isVisible();
		assertThat(row.boundingBox().y).isLessThan(500);
		Eventually.that(row.getByText("The card of customer was declined")).isInViewport();
	}

	@Test
	void unknownTaskIsSaidToBeUnknown(Page page) {
		page.navigate(application().url() + "/tasks/00000000-0000-4000-8000-000000000000");
		Eventually.that(page.getByText("No such task")).isVisible();
	}

	@Test
	void filterThatMakesNoSenseIsExplainedAndAskedOnce(Page page) {
		List<String> asked = new CopyOnWriteArrayList<>();
		page.onRequest((request) -> {
			if (request.url().contains("limit=40")) {
				asked.add(request.url());
			}
		});
		page.clock().install();
		page.navigate(application().url() + "/tasks?status=nonsense");
		Eventually.that(page.getByText("'status' must be one of pending, started,")).isVisible();
		page.clock().runFor(60_000);
		assertThat(asked).hasSize(1);
	}

	@Test
	void applicationThatIsGoneIsSaidToBeGone(Page page) {
		page.navigate(application().url());
		Eventually.that(tile(page, "Failed")).hasText("0");
		application().close();
		Eventually.that(page.getByText("The application does not answer.")).isVisible();
		Eventually.that(tile(page, "Failed")).hasText("0");
	}

	@Test
	void themeIsChosenAndKept(Page page) {
		page.navigate(application().url());
		Locator theme = page.getByLabel("Dark mode");
		Eventually.that(theme).hasAttribute("aria-pressed", "false");
		theme.click();
		Eventually.that(page.locator("html")).hasAttribute("data-theme", "dark");
		page.reload();
		Eventually.that(page.getByLabel("Dark mode")).hasAttribute("aria-pressed", "true");
		Eventually.that(page.locator("body")).hasCSS("background-color", "rgb(16, 18, 24)");
	}

	@Test
	void failuresOfTheTileAreThoseOfTheRange(Page page) {
		application().queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		answer(page, "**/activity/5m", "\"attention\":\\{[^}]*\\}",
				"\"attention\":{\"failed\":3,\"recovered\":0,\"unknown\":0,\"unreadable\":0}");
		page.navigate(application().url());
		Eventually.that(tile(page, "Failed")).hasText("3");
		Eventually.that(page.getByText("in 5 min; 1 kept in all")).isVisible();
	}

	@Test
	void tileTellsWhatIsClaimedAheadApartFromWhatRuns(Page page) {
		answer(page, "**/activity/5m", "\"totals\":\\{[^}]*\\}",
				"\"totals\":{\"categories\":1,\"due\":0,\"scheduled\":0,\"running\":7,\"claimedAhead\":40}");
		page.navigate(application().url());
		Eventually.that(tile(page, "Running")).hasText("7");
		Eventually.that(page.locator("a.tile").filter(new Locator.FilterOptions().setHasText("Running")))
			.containsText(", 40 claimed ahead");
	}

	@Test
	void whatIsClaimedAheadIsNotSaidToRun(Page page) {
		String id = application().queue().enqueue("sync_calendar");
		await().until(() -> status(id) == TaskStatus.STARTED);
		answer(page, "**/tasks/" + id, "\"run\":\\{[^}]*\\}", "\"run\":{\"here\":false,\"claimedAhead\":true}");
		page.navigate(application().url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Claimed");
		Eventually.that(page.getByText("not begun yet")).isVisible();
	}

	@Test
	void rowOfWhatIsClaimedAheadSaysSo(Page page) {
		String id = application().queue().enqueue("sync_calendar");
		await().until(() -> status(id) == TaskStatus.STARTED);
		answer(page, "**/tasks*", "\"progress\":", "\"claimedAhead\":true,\"progress\":");
		page.navigate(application().url() + "/tasks?status=started");
		Eventually.that(page.locator("tbody .status")).hasText("Claimed");
		Eventually.that(page.locator("tbody .when")).hasText(Pattern.compile("claimed \\d+ s ago"));
		Eventually.that(page.locator("tbody [role=progressbar], tbody progress")).hasCount(0);
	}

	@Test
	void tilesLeadToTheirTasks(Page page) {
		page.navigate(application().url());
		Eventually.that(tile(page, "Due")).hasText("0");
		assertThat(page.locator(".tile")
			.evaluateAll("tiles => tiles.map((tile) => (tile.getAttribute('href') ?? '').split('/').pop())"))
			.isEqualTo(List.of("", "tasks?status=pending", "tasks?status=started", "tasks?status=failed&finished=5m",
					"tasks?crashed=true", "tasks?handler=none",
					"tasks?status=pending&errorType=UnreadableTaskException"));
	}

	@Test
	void timeInTheListFitsTheStatus(Page page) {
		application().queue().enqueue("sync_calendar");
		application().queue().enqueue(TaskRequest.of("echo").args("later").delay(Duration.ofMinutes(90)));
		awaitCount(TaskStatus.STARTED, 1);
		page.navigate(application().url() + "/tasks");
		Eventually.that(page.locator("tbody .when").nth(0)).hasText(Pattern.compile("due in \\d+ min"));
		Eventually.that(page.locator("tbody .when").nth(1)).hasText(Pattern.compile("started \\d+ s ago"));
	}

	@Test
	void timesAreSaidInWholeNumbers(Page page) {
		application().queue().enqueue("echo", "x");
		awaitCount(TaskStatus.SUCCESS, 1);
		page.clock().setFixedTime(Instant.now().plusSeconds(183).toEpochMilli());
		page.navigate(application().url() + "/tasks");
		Eventually.that(page.locator("tbody .when").first()).hasText("finished 3 min ago");
	}

	@Test
	void rareThingsAreCountedByTheHour(Page page) {
		application().queue().enqueue("echo", "x");
		application().queue().enqueue("echo", "y");
		awaitCount(TaskStatus.SUCCESS, 2);
		page.navigate(application().url());
		Eventually.that(tile(page, "Throughput")).hasText("24 per hour");
	}

	@Test
	void numbersOfNamedArgumentsKeepTheirDigits(Page page) {
		String id = application().queue().enqueue(TaskRequest.of("echo").kwarg("value", 1234567890123456789L)).id();
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(application().url() + "/tasks/" + id);
		Eventually.that(page.locator(".value").first()).containsText("1234567890123456789");
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	// Not every browser lets scripts see the digits of a number.
	@Test
	void numbersKeepTheirDigitsInOlderBrowsers(Page page) {
		page.addInitScript("delete JSON.rawJSON");
		String id = application().queue().enqueue("echo", 1234567890123456789L);
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(application().url() + "/tasks/" + id);
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	// Has scripts read something else than the application answers.
	private static void answer(Page page, String url, String pattern, String replacement) {
		page.route(url, (route) -> {
			if (!route.request().resourceType().equals("fetch")) {
				route.resume();
				return;
			}
			String body = route.fetch().text().replaceFirst(pattern, replacement);
			route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(body));
		});
	}

}
