package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What people do with the dashboard, in a browser. A subclass for each database.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
abstract class DashboardTests {

	@TempDir
	private Path folder;

	private DashboardApplication application;

	/**
	 * Returns where tasks are stored.
	 * @return arguments of the application
	 */
	abstract String[] store();

	@BeforeEach
	void start() {
		this.application = DashboardApplication.start(this.folder, store());
	}

	Path folder() {
		return this.folder;
	}

	String url() {
		return this.application.url();
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void taskIsFollowedFromItsStartToItsSuccess(Page page) {
		String id = this.application.queue().enqueue("resize_album", 4);
		page.navigate(this.application.url());
		page.getByRole(AriaRole.LINK, named("resize_album")).first().click();
		Locator progress = page.getByRole(AriaRole.PROGRESSBAR);
		Eventually.that(progress).hasAttribute("aria-valuenow", "0");
		this.application.handlers().steps.release();
		Eventually.that(progress).hasAttribute("aria-valuenow", "25");
		Eventually.that(page.getByText("picture 1 of 4")).isVisible();
		this.application.handlers().steps.release(2);
		Eventually.that(progress).hasAttribute("aria-valuenow", "75");
		this.application.handlers().steps.release();
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		Eventually.that(page.getByText("\"pictures\": 4")).isVisible();
		Eventually.that(page.locator(".attempts li")).hasCount(1);
		Eventually.that(page).hasURL(this.application.url() + "/tasks/" + id);
	}

	@Test
	void failedTasksAreFilteredPagedAndRetriedTogether(Page page) throws Exception {
		List<EnqueueResult> all = this.application.queue()
			.enqueueAll(IntStream.range(0, 500)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-" + number))
				.toList());
		this.application.queue().enqueue("echo", "fine");
		awaitCount(TaskStatus.FAILED, 500);
		assertThat(all).hasSize(500);
		page.navigate(this.application.url());
		page.getByRole(AriaRole.LINK, named("Failed")).first().click();
		Eventually.that(page).hasURL(Pattern.compile("/tasks\\?status=failed&finished=5m$"));
		page.getByLabel("Task", exactly()).fill("charge_card");
		page.getByLabel("Id, trace id or text").fill("CUSTOMER");
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(page).hasURL(Pattern.compile("text=CUSTOMER"));
		Locator rows = page.locator("tbody tr");
		Eventually.that(rows).hasCount(40);
		String newest = rows.first().locator(".id").textContent();
		page.getByRole(AriaRole.BUTTON, named("Older")).click();
		Eventually.that(page.getByRole(AriaRole.BUTTON, named("Newest"))).isVisible();
		Eventually.that(rows.first().locator(".id")).not().hasText(newest);
		page.goBack();
		Eventually.that(rows.first().locator(".id")).hasText(newest);
		this.application.handlers().failing = false;
		page.getByRole(AriaRole.BUTTON, named("Retry all that match")).click();
		Eventually.that(page.locator("dialog .dry-run")).hasText("500 tasks can be changed.");
		assertThat(this.application.queue().stats().byStatus()).containsEntry(TaskStatus.FAILED, 500L);
		page.getByRole(AriaRole.BUTTON, named("Retry 500")).click();
		Eventually.that(page.getByText("500 tasks were queued again")).isVisible();
		awaitCount(TaskStatus.SUCCESS, 501);
		Eventually.that(page.getByText("No task matches.")).isVisible();
	}

	@Test
	void selectedTasksAreRetried(Page page) {
		for (int i = 0; i < 3; i++) {
			this.application.queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		this.application.handlers().failing = false;
		page.navigate(this.application.url() + "/tasks");
		page.getByLabel("Select charge_card").nth(0).check();
		page.getByLabel("Select charge_card").nth(2).check();
		page.getByRole(AriaRole.BUTTON, named("Retry selected")).click();
		Eventually.that(page.locator("dialog .dry-run")).hasText("2 of 2 selected tasks can be changed.");
		page.getByRole(AriaRole.BUTTON, named("Retry 2")).click();
		awaitCount(TaskStatus.SUCCESS, 2);
		Eventually.that(page.locator("tbody .status-success")).hasCount(2);
		Eventually.that(page.locator("tbody .status-failed")).hasCount(1);
	}

	@Test
	void categoryIsPausedResizedAndResumed(Page page) {
		page.navigate(this.application.url());
		page.getByRole(AriaRole.BUTTON, named("Pause echoes")).click();
		Eventually.that(page.getByText("echoes is paused")).isVisible();
		String id = this.application.queue().enqueue("echo", "later");
		Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("echoes"));
		Eventually.that(row.locator(".status-paused")).isVisible();
		Eventually.that(row.locator("td").nth(1)).hasText("1");
		page.getByRole(AriaRole.BUTTON, named("Resize echoes")).click();
		page.getByLabel("Tasks at once").fill("3");
		page.locator("dialog").getByRole(AriaRole.BUTTON, locatorNamed("Resize")).click();
		Eventually.that(row.locator(".workers")).hasText("0/3");
		assertThat(status(id)).isEqualTo(TaskStatus.PENDING);
		page.getByRole(AriaRole.BUTTON, named("Resume echoes")).click();
		Eventually.that(row.locator(".status-paused")).hasCount(0);
		await().until(() -> status(id) == TaskStatus.SUCCESS);
	}

	@Test
	void runningTaskIsCancelled(Page page) throws Exception {
		String id = this.application.queue().enqueue("sync_calendar");
		page.navigate(this.application.url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Running");
		page.getByRole(AriaRole.BUTTON, named("Cancel")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Cancelled");
		assertThat(this.application.queue().completion(id).get(20, TimeUnit.SECONDS).status())
			.isEqualTo(TaskStatus.CANCELLED);
		page.getByRole(AriaRole.BUTTON, named("Retry")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Running");
	}

	@Test
	void whatNeedsAttentionIsSeenAtOnce(Page page) {
		this.application.queue().pause("payments");
		this.application.queue().enqueue("charge_card", "waiting");
		this.application.queue().enqueue(TaskRequest.of("echo").args("later").delay(Duration.ofHours(1)));
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Due")).hasText("1");
		Eventually.that(tile(page, "No handler")).hasText("0");
		Eventually.that(tile(page, "Recovered")).hasText("0");
		this.application.queue().resume("payments");
		Eventually.that(tile(page, "Failed")).hasText("1");
		Eventually.that(page.getByText("NonRetryableTaskException")).isVisible();
		Eventually.that(tile(page, "Due")).hasText("0");
	}

	@Test
	void whatWasTypedIsSearchedForBeforeAllOfItIsChanged(Page page) {
		for (int i = 0; i < 3; i++) {
			this.application.queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		page.navigate(this.application.url() + "/tasks?status=failed");
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
	void changeIsOfWhatWasCountedAndCancellingIsUndone(Page page) {
		this.application.queue().pause("payments");
		for (int i = 0; i < 3; i++) {
			this.application.queue().enqueue("charge_card", "customer-" + i);
		}
		String nextWeek = this.application.queue()
			.enqueue(TaskRequest.of("charge_card").args("next week").delay(Duration.ofDays(7)))
			.id();
		Instant dueAt = this.application.queue().findTask(nextWeek).orElseThrow().dueAt();
		page.navigate(this.application.url() + "/tasks?category=payments");
		page.getByRole(AriaRole.BUTTON, named("Cancel all that match")).click();
		Eventually.that(page.locator("dialog .dry-run")).hasText("4 tasks can be changed.");
		Eventually.that(page.locator("dialog")).containsText("For example charge_card");
		this.application.queue().enqueue("charge_card", "later");
		page.getByRole(AriaRole.BUTTON, named("Cancel 4")).click();
		Eventually.that(page.getByText("4 tasks were cancelled or asked to stop")).isVisible();
		awaitCount(TaskStatus.CANCELLED, 4);
		awaitCount(TaskStatus.PENDING, 1);
		page.getByRole(AriaRole.BUTTON, named("Undo")).click();
		awaitCount(TaskStatus.PENDING, 5);
		assertThat(this.application.queue().findTask(nextWeek).orElseThrow().dueAt()).isEqualTo(dueAt);
		awaitCount(TaskStatus.CANCELLED, 0);
	}

	// What somebody asks who was woken, with three clicks each from the overview.
	@Test
	void drill(Page page) {
		this.application.queue()
			.enqueueAll(IntStream.range(0, 7)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-" + number))
				.toList());
		this.application.queue().enqueue("complain", "other", false);
		awaitCount(TaskStatus.FAILED, 8);
		this.application.queue().pause("echoes");
		this.application.queue().enqueue("echo", "waits");
		page.navigate(this.application.url());
		Locator worst = page.locator(".failure").first();
		Eventually.that(worst).containsText("charge_card NonRetryableTaskException");
		Eventually.that(worst).containsText("7 failed");
		Eventually.that(worst).containsText("since");
		Locator echoes = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("echoes"));
		Eventually.that(echoes).containsText("Paused");
		this.application.handlers().failing = false;
		page.getByRole(AriaRole.BUTTON, named("1 hour")).click();
		worst.getByRole(AriaRole.LINK, locatorNamed("7 failed")).click();
		Eventually.that(page.locator("tbody tr")).hasCount(7);
		page.getByRole(AriaRole.BUTTON, named("Retry all that match")).click();
		Eventually.that(page.locator("dialog .filter-words"))
			.hasText("status Failed, task charge_card, exception "
					+ "io.gobstopper.NonRetryableTaskException, finished in the last hour");
		page.getByRole(AriaRole.BUTTON, named("Retry 7")).click();
		awaitCount(TaskStatus.SUCCESS, 7);
		page.getByRole(AriaRole.LINK, named("Overview")).click();
		Eventually.that(page.getByRole(AriaRole.BUTTON, named("1 hour"))).hasAttribute("aria-pressed", "true");
		Eventually.that(tile(page, "Failed")).hasText("1");
		page.locator(".tile").filter(new Locator.FilterOptions().setHasText("Failed")).first().click();
		page.getByRole(AriaRole.BUTTON, named("Discard all that match")).click();
		page.getByRole(AriaRole.BUTTON, named("Discard 1")).click();
		awaitCount(TaskStatus.FAILED, 0);
		Eventually.that(page.getByText("No task matches.")).isVisible();
	}

	@Test
	void taskIsFoundByItsIdAndRunAgain(Page page) {
		String id = this.application.queue().enqueue("echo", "found");
		page.navigate(this.application.url() + "/tasks");
		page.getByLabel("Id, trace id or text").fill(" " + id + " ");
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(page).hasURL(this.application.url() + "/tasks/" + id);
		page.getByRole(AriaRole.BUTTON, named("Run again")).click();
		Eventually.that(page).not().hasURL(this.application.url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		awaitCount(TaskStatus.SUCCESS, 2);
	}

	@Test
	void idThatIsAPartOfArgumentsIsFoundToo(Page page) {
		String order = "5d3f2b1c-0a9e-4c7d-8b6a-1f2e3d4c5b6a";
		this.application.queue().enqueue("echo", "order " + order);
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(this.application.url() + "/tasks");
		page.getByLabel("Id, trace id or text").fill(order);
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(page).hasURL(Pattern.compile("text=" + order));
		Eventually.that(page.locator("tbody tr")).hasCount(1);
	}

	@Test
	void listTellsArgumentsTimesAndHowManyThereAre(Page page) {
		for (int i = 0; i < 45; i++) {
			this.application.queue().enqueue("echo", "greeting-" + i);
		}
		awaitCount(TaskStatus.SUCCESS, 45);
		page.navigate(this.application.url() + "/tasks");
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
		String id = this.application.queue().enqueue("echo", 1234567890123456789L);
		page.navigate(this.application.url() + "/tasks/" + id);
		Eventually.that(page.getByText("1234567890123456789").first()).isVisible();
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	@Test
	void backFromATaskTheFilterIsKept(Page page) {
		this.application.queue().enqueue("echo", "x");
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(this.application.url() + "/tasks?status=success&category=echoes");
		page.locator("tbody a").first().click();
		page.getByRole(AriaRole.LINK, named("Back to the tasks")).click();
		Eventually.that(page).hasURL(this.application.url() + "/tasks?status=success&category=echoes");
	}

	@Test
	void runningTaskShowsWhereItIs(Page page) {
		String id = this.application.queue().enqueue("sync_calendar");
		page.navigate(this.application.url() + "/tasks/" + id);
		page.getByRole(AriaRole.BUTTON, named("Show where it is")).click();
		Eventually.that(page.getByText("Handlers.syncCalendar")).isVisible();
		String node = String.valueOf(this.application.queue().findTask(id).orElseThrow().node());
		Locator facts = page.locator(".card").filter(new Locator.FilterOptions().setHasText("This attempt"));
		Eventually.that(facts).containsText(Pattern.compile("Running for\\d.* m?s"));
		Eventually.that(facts).containsText(Pattern.compile("Timeout\\d+ min"));
		Eventually.that(facts).containsText(Pattern.compile("Last heartbeat\\d+ s ago"));
		Eventually.that(facts).containsText("Worker" + node);
	}

	@Test
	void everythingIsDoneWithTheKeyboard(Page page) {
		page.navigate(this.application.url());
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
		page.navigate(this.application.url() + "/queues");
		Eventually.that(page.getByText("No such page")).isVisible();
		page.navigate(this.application.url() + "/");
		Eventually.that(page.getByRole(AriaRole.HEADING, named("Overview"))).isVisible();
	}

	@Test
	void narrowScreenShowsTasksFirst(Page page) {
		page.setViewportSize(390, 844);
		this.application.queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		page.navigate(this.application.url() + "/tasks");
		Locator row = page.locator("tbody tr").first();
		Eventually.that(row).isVisible();
		assertThat(row.boundingBox().y).isLessThan(500);
		Eventually.that(row.getByText("The card of customer was declined")).isInViewport();
	}

	@Test
	void unknownTaskIsSaidToBeUnknown(Page page) {
		page.navigate(this.application.url() + "/tasks/00000000-0000-4000-8000-000000000000");
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
		page.navigate(this.application.url() + "/tasks?status=nonsense");
		Eventually.that(page.getByText("'status' must be one of pending, started,")).isVisible();
		page.clock().runFor(60_000);
		assertThat(asked).hasSize(1);
	}

	@Test
	void applicationThatIsGoneIsSaidToBeGone(Page page) {
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Failed")).hasText("0");
		this.application.close();
		Eventually.that(page.getByText("The application does not answer.")).isVisible();
		Eventually.that(tile(page, "Failed")).hasText("0");
	}

	@Test
	void themeIsChosenAndKept(Page page) {
		page.navigate(this.application.url());
		Locator theme = page.getByLabel("Dark mode");
		Eventually.that(theme).hasAttribute("aria-pressed", "false");
		theme.click();
		Eventually.that(page.locator("html")).hasAttribute("data-theme", "dark");
		page.reload();
		Eventually.that(page.getByLabel("Dark mode")).hasAttribute("aria-pressed", "true");
		Eventually.that(page.locator("body")).hasCSS("background-color", "rgb(16, 18, 24)");
	}

	@Test
	void attemptsThatAreRetriedAreSeenWithTheirExceptionAndFailNothing(Page page) {
		this.application.queue().enqueue("send_email", Map.of("to", "ann@flaky.example", "name", "Ann"));
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(this.application.url());
		Locator failure = page.locator(".failure");
		Eventually.that(failure).containsText("send_email MailSendException");
		Eventually.that(failure).containsText("0 failed");
		Eventually.that(failure).containsText("2 retried");
		Eventually.that(tile(page, "Failed")).hasText("0");
	}

	@Test
	void failuresOfTheTileAreThoseOfTheRange(Page page) {
		this.application.queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		answer(page, "**/activity/5m", "\"attention\":\\{[^}]*\\}",
				"\"attention\":{\"failed\":3,\"recovered\":0,\"unknown\":0,\"unreadable\":0}");
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Failed")).hasText("3");
		Eventually.that(page.getByText("in 5 min; 1 kept in all")).isVisible();
	}

	@Test
	void tileTellsWhatIsClaimedAheadApartFromWhatRuns(Page page) {
		answer(page, "**/activity/5m", "\"totals\":\\{[^}]*\\}",
				"\"totals\":{\"categories\":1,\"due\":0,\"scheduled\":0,\"running\":7,\"claimedAhead\":40}");
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Running")).hasText("7");
		Eventually.that(page.locator("a.tile").filter(new Locator.FilterOptions().setHasText("Running")))
			.containsText(", 40 claimed ahead");
	}

	@Test
	void whatIsClaimedAheadIsNotSaidToRun(Page page) {
		String id = this.application.queue().enqueue("sync_calendar");
		await().until(() -> status(id) == TaskStatus.STARTED);
		answer(page, "**/tasks/" + id, "\"run\":\\{[^}]*\\}", "\"run\":{\"here\":false,\"claimedAhead\":true}");
		page.navigate(this.application.url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Claimed");
		Eventually.that(page.getByText("not begun yet")).isVisible();
	}

	@Test
	void rowOfWhatIsClaimedAheadSaysSo(Page page) {
		String id = this.application.queue().enqueue("sync_calendar");
		await().until(() -> status(id) == TaskStatus.STARTED);
		answer(page, "**/tasks*", "\"progress\":", "\"claimedAhead\":true,\"progress\":");
		page.navigate(this.application.url() + "/tasks?status=started");
		Eventually.that(page.locator("tbody .status")).hasText("Claimed");
		Eventually.that(page.locator("tbody .when")).hasText(Pattern.compile("claimed \\d+ s ago"));
		Eventually.that(page.locator("tbody [role=progressbar], tbody progress")).hasCount(0);
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

	@Test
	void tilesLeadToTheirTasks(Page page) {
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Due")).hasText("0");
		assertThat(page.locator(".tile")
			.evaluateAll("tiles => tiles.map((tile) => (tile.getAttribute('href') ?? '').split('/').pop())"))
			.isEqualTo(List.of("", "tasks?status=pending", "tasks?status=started", "tasks?status=failed&finished=5m",
					"tasks?crashed=true", "tasks?handler=none",
					"tasks?status=pending&errorType=UnreadableTaskException"));
	}

	@Test
	void oneFailedTaskIsDiscarded(Page page) {
		this.application.queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		page.navigate(this.application.url() + "/tasks?status=failed");
		page.locator("tbody a").first().click();
		page.getByRole(AriaRole.BUTTON, named("Discard")).click();
		Eventually.that(page).hasURL(this.application.url() + "/tasks?status=failed");
		Eventually.that(page.getByText("No task matches.")).isVisible();
		assertThat(this.application.queue().stats().total()).isZero();
	}

	@Test
	void selectedTasksAreDiscarded(Page page) {
		for (int i = 0; i < 3; i++) {
			this.application.queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		page.navigate(this.application.url() + "/tasks?status=failed");
		page.getByLabel("Select charge_card").nth(0).check();
		page.getByLabel("Select charge_card").nth(1).check();
		page.getByRole(AriaRole.BUTTON, named("Discard selected")).click();
		page.getByRole(AriaRole.BUTTON, named("Discard 2")).click();
		awaitCount(TaskStatus.FAILED, 1);
		assertThat(this.application.queue().stats().total()).isEqualTo(1);
	}

	@Test
	void timeInTheListFitsTheStatus(Page page) {
		this.application.queue().enqueue("sync_calendar");
		this.application.queue().enqueue(TaskRequest.of("echo").args("later").delay(Duration.ofMinutes(90)));
		awaitCount(TaskStatus.STARTED, 1);
		page.navigate(this.application.url() + "/tasks");
		Eventually.that(page.locator("tbody .when").nth(0)).hasText(Pattern.compile("due in \\d+ min"));
		Eventually.that(page.locator("tbody .when").nth(1)).hasText(Pattern.compile("started \\d+ s ago"));
	}

	@Test
	void timesAreSaidInWholeNumbers(Page page) {
		this.application.queue().enqueue("echo", "x");
		awaitCount(TaskStatus.SUCCESS, 1);
		page.clock().setFixedTime(Instant.now().plusSeconds(183).toEpochMilli());
		page.navigate(this.application.url() + "/tasks");
		Eventually.that(page.locator("tbody .when").first()).hasText("finished 3 min ago");
	}

	@Test
	void rareThingsAreCountedByTheHour(Page page) {
		this.application.queue().enqueue("echo", "x");
		this.application.queue().enqueue("echo", "y");
		awaitCount(TaskStatus.SUCCESS, 2);
		page.navigate(this.application.url());
		Eventually.that(tile(page, "Throughput")).hasText("24 per hour");
	}

	@Test
	void numbersOfNamedArgumentsKeepTheirDigits(Page page) {
		String id = this.application.queue().enqueue(TaskRequest.of("echo").kwarg("value", 1234567890123456789L)).id();
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(this.application.url() + "/tasks/" + id);
		Eventually.that(page.locator(".value").first()).containsText("1234567890123456789");
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	// Not every browser lets scripts see the digits of a number.
	@Test
	void numbersKeepTheirDigitsInOlderBrowsers(Page page) {
		page.addInitScript("delete JSON.rawJSON");
		String id = this.application.queue().enqueue("echo", 1234567890123456789L);
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(this.application.url() + "/tasks/" + id);
		Eventually.that(page.getByText("1234567890123456789")).hasCount(2);
	}

	private void awaitCount(TaskStatus status, long count) {
		await().until(() -> this.application.queue().count(TaskQuery.all().status(status)) == count);
	}

	private TaskStatus status(String id) {
		return this.application.queue().findTask(id).map(TaskInfo::status).orElseThrow();
	}

	private static Locator tile(Page page, String label) {
		return page.locator(".tile")
			.filter(new Locator.FilterOptions()
				.setHas(page.locator(".tile-label", new Page.LocatorOptions().setHasText(label))))
			.locator(".tile-value");
	}

	private static Page.GetByRoleOptions named(String name) {
		return new Page.GetByRoleOptions().setName(name);
	}

	private static Locator.GetByRoleOptions locatorNamed(String name) {
		return new Locator.GetByRoleOptions().setName(name);
	}

	private static Page.GetByLabelOptions exactly() {
		return new Page.GetByLabelOptions().setExact(true);
	}

}
