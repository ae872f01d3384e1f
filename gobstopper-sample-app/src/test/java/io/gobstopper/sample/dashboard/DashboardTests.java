package io.gobstopper.sample.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What people do with the dashboard, in a browser. A subclass for each database.
 */
abstract class DashboardTests extends DashboardFixture {

	@Test
	void taskIsFollowedFromItsStartToItsSuccess(Page page) {
		String id = application().queue().enqueue("resize_album", 4);
		page.navigate(application().url());
		page.getByRole(AriaRole.LINK, named("resize_album")).first().click();
		Locator progress = page.getByRole(AriaRole.PROGRESSBAR);
		Eventually.that(progress).hasAttribute("aria-valuenow", "0");
		application().handlers().steps.release();
		Eventually.that(progress).hasAttribute("aria-valuenow", "25");
		Eventually.that(page.getByText("picture 1 of 4")).isVisible();
		application().handlers().steps.release(2);
		Eventually.that(progress).hasAttribute("aria-valuenow", "75");
		application().handlers().steps.release();
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		Eventually.that(page.getByText("\"pictures\": 4")).isVisible();
		Eventually.that(page.locator(".attempts li")).hasCount(1);
		Eventually.that(page).hasURL(application().url() + "/tasks/" + id);
	}

	@Test
	void failedTasksAreFilteredPagedAndRetriedTogether(Page page) throws Exception {
		List<EnqueueResult> all = application().queue()
			.enqueueAll(IntStream.range(0, 500)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-" + number))
				.toList());
		application().queue().enqueue("echo", "fine");
		awaitCount(TaskStatus.FAILED, 500);
		assertThat(all).hasSize(500);
		page.navigate(application().url());
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
		application().handlers().failing = false;
		page.getByRole(AriaRole.BUTTON, named("Retry all that match")).click();
		Eventually.that(page.locator("dialog .dry-run")).hasText("500 tasks can be changed.");
		assertThat(application().queue().stats().byStatus()).containsEntry(TaskStatus.FAILED, 500L);
		page.getByRole(AriaRole.BUTTON, named("Retry 500")).click();
		Eventually.that(page.getByText("500 tasks were queued again")).isVisible();
		awaitCount(TaskStatus.SUCCESS, 501);
		Eventually.that(page.getByText("No task matches.")).isVisible();
	}

	@Test
	void selectedTasksAreRetried(Page page) {
		for (int i = 0; i < 3; i++) {
			application().queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		application().handlers().failing = false;
		page.navigate(application().url() + "/tasks");
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
		page.navigate(application().url());
		page.getByRole(AriaRole.BUTTON, named("Pause echoes")).click();
		Eventually.that(page.getByText("echoes is paused")).isVisible();
		String id = application().queue().enqueue("echo", "later");
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
		String id = application().queue().enqueue("sync_calendar");
		page.navigate(application().url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Running");
		page.getByRole(AriaRole.BUTTON, named("Cancel")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Cancelled");
		assertThat(application().queue().completion(id).get(20, TimeUnit.SECONDS).status())
			.isEqualTo(TaskStatus.CANCELLED);
		page.getByRole(AriaRole.BUTTON, named("Retry")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Running");
	}

	@Test
	void taskThatWaitsForALimitSaysSo(Page page) {
		TaskRequest request = TaskRequest.of("resize_album").args(1).limit("albums");
		application().queue().enqueue(request);
		awaitCount(TaskStatus.STARTED, 1);
		String waiting = application().queue().enqueue(request).id();
		page.navigate(application().url() + "/tasks/" + waiting);
		Eventually.that(page.getByText("limit albums, 1st of 1")).isVisible();
		application().handlers().steps.release(2);
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		Eventually.that(page.getByText("Waits for")).hasCount(0);
	}

	@Test
	void limitIsPausedAndResumed(Page page) {
		page.navigate(application().url());
		page.getByRole(AriaRole.LINK, named("Limits")).click();
		assertThat(page.reload().status()).isEqualTo(200);
		Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("albums"));
		Eventually.that(row).containsText("1 altogether");
		page.getByRole(AriaRole.BUTTON, named("Pause albums")).click();
		Eventually.that(row.locator(".status-paused")).isVisible();
		application().queue().enqueue(TaskRequest.of("resize_album").args(1).limit("albums"));
		Eventually.that(row.locator("td").nth(2)).hasText("1");
		page.getByRole(AriaRole.BUTTON, named("Resume albums")).click();
		Eventually.that(row.locator(".status-paused")).hasCount(0);
		awaitCount(TaskStatus.STARTED, 1);
		application().handlers().steps.release(1);
		awaitCount(TaskStatus.STARTED, 0);
	}

	@Test
	void numbersOfALimitAreOverriddenAndReset(Page page) {
		TaskRequest request = TaskRequest.of("resize_album").args(1).limit("albums");
		application().queue().enqueueAll(Collections.nCopies(3, request));
		awaitCount(TaskStatus.STARTED, 1);
		page.navigate(application().url() + "/limits");
		page.getByRole(AriaRole.LINK, named("albums")).click();
		assertThat(page.reload().status()).isEqualTo(200);
		page.getByRole(AriaRole.BUTTON, named("Override")).click();
		page.getByLabel("Altogether at once").fill("2");
		page.locator("dialog button[type=submit]").click();
		awaitCount(TaskStatus.STARTED, 2);
		Eventually.that(page.locator(".page-head .status")).containsText("Overridden until");
		Eventually.that(page.locator("dd").first()).hasText("2 altogether");
		page.getByRole(AriaRole.BUTTON, named("Reset numbers")).click();
		Eventually.that(page.locator(".page-head .status")).hasCount(0);
		Eventually.that(page.locator("dd").first()).hasText("1 altogether");
		application().handlers().steps.release(3);
		awaitCount(TaskStatus.STARTED, 0);
	}

	@Test
	void keyIsPausedAndResumedWhereItsTasksWait(Page page) {
		TaskRequest request = TaskRequest.of("resize_album").args(1).limit("shops", "summer");
		application().queue().enqueueAll(Collections.nCopies(2, request));
		awaitCount(TaskStatus.STARTED, 1);
		page.navigate(application().url() + "/limits/shops");
		Locator row = page.locator("tbody tr");
		Eventually.that(row).containsText("summer");
		page.getByRole(AriaRole.BUTTON, named("Pause summer")).click();
		Eventually.that(page.locator("dd").nth(3)).hasText("1");
		page.getByRole(AriaRole.BUTTON, named("Resume summer")).click();
		Eventually.that(page.locator("dd").nth(3)).hasText("0");
		application().handlers().steps.release(2);
		awaitCount(TaskStatus.STARTED, 0);
		Eventually.that(page.getByText("No task with a key waits.")).isVisible();
	}

	@Test
	void whatNeedsAttentionIsSeenAtOnce(Page page) {
		application().queue().pause("payments");
		application().queue().enqueue("charge_card", "waiting");
		application().queue().enqueue(TaskRequest.of("echo").args("later").delay(Duration.ofHours(1)));
		page.navigate(application().url());
		Eventually.that(tile(page, "Due")).hasText("1");
		Eventually.that(tile(page, "No handler")).hasText("0");
		Eventually.that(tile(page, "Recovered")).hasText("0");
		application().queue().resume("payments");
		Eventually.that(tile(page, "Failed")).hasText("1");
		Eventually.that(page.getByText("NonRetryableTaskException")).isVisible();
		Eventually.that(tile(page, "Due")).hasText("0");
	}

	@Test
	void changeIsOfWhatWasCountedAndCancellingIsUndone(Page page) {
		application().queue().pause("payments");
		for (int i = 0; i < 3; i++) {
			application().queue().enqueue("charge_card", "customer-" + i);
		}
		String nextWeek = application().queue()
			.enqueue(TaskRequest.of("charge_card").args("next week").delay(Duration.ofDays(7)))
			.id();
		Instant dueAt = application().queue().findTask(nextWeek).orElseThrow().dueAt();
		page.navigate(application().url() + "/tasks?category=payments");
		page.getByRole(AriaRole.BUTTON, named("Cancel all that match")).click();
		Eventually.that(page.locator("dialog .dry-run")).hasText("4 tasks can be changed.");
		Eventually.that(page.locator("dialog")).containsText("For example charge_card");
		application().queue().enqueue("charge_card", "later");
		page.getByRole(AriaRole.BUTTON, named("Cancel 4")).click();
		Eventually.that(page.getByText("4 tasks were cancelled or asked to stop")).isVisible();
		awaitCount(TaskStatus.CANCELLED, 4);
		awaitCount(TaskStatus.PENDING, 1);
		page.getByRole(AriaRole.BUTTON, named("Undo")).click();
		awaitCount(TaskStatus.PENDING, 5);
		assertThat(application().queue().findTask(nextWeek).orElseThrow().dueAt()).isEqualTo(dueAt);
		awaitCount(TaskStatus.CANCELLED, 0);
	}

	// What somebody asks who was woken, with three clicks each from the overview.
	@Test
	void drill(Page page) {
		application().queue()
			.enqueueAll(IntStream.range(0, 7)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-" + number))
				.toList());
		application().queue().enqueue("complain", "other", false);
		awaitCount(TaskStatus.FAILED, 8);
		application().queue().pause("echoes");
		application().queue().enqueue("echo", "waits");
		page.navigate(application().url());
		Locator worst = page.locator(".failure").first();
		Eventually.that(worst).containsText("charge_card NonRetryableTaskException");
		Eventually.that(worst).containsText("7 failed");
		Eventually.that(worst).containsText("since");
		Locator echoes = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("echoes"));
		Eventually.that(echoes).containsText("Paused");
		application().handlers().failing = false;
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
		String id = application().queue().enqueue("echo", "found");
		page.navigate(application().url() + "/tasks");
		page.getByLabel("Id, trace id or text").fill(" " + id + " ");
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(page).hasURL(application().url() + "/tasks/" + id);
		page.getByRole(AriaRole.BUTTON, named("Run again")).click();
		Eventually.that(page).not().hasURL(application().url() + "/tasks/" + id);
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		awaitCount(TaskStatus.SUCCESS, 2);
	}

	@Test
	void idThatIsAPartOfArgumentsIsFoundToo(Page page) {
		String order = "5d3f2b1c-0a9e-4c7d-8b6a-1f2e3d4c5b6a";
		application().queue().enqueue("echo", "order " + order);
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(application().url() + "/tasks");
		page.getByLabel("Id, trace id or text").fill(order);
		page.getByRole(AriaRole.BUTTON, named("Find")).click();
		Eventually.that(page).hasURL(Pattern.compile("text=" + order));
		Eventually.that(page.locator("tbody tr")).hasCount(1);
	}

	@Test
	void attemptsThatAreRetriedAreSeenWithTheirExceptionAndFailNothing(Page page) {
		application().queue().enqueue("send_email", Map.of("to", "ann@flaky.example", "name", "Ann"));
		awaitCount(TaskStatus.SUCCESS, 1);
		page.navigate(application().url());
		Locator failure = page.locator(".failure");
		Eventually.that(failure).containsText("send_email MailSendException");
		Eventually.that(failure).containsText("0 failed");
		Eventually.that(failure).containsText("2 retried");
		Eventually.that(tile(page, "Failed")).hasText("0");
	}

	@Test
	void oneFailedTaskIsDiscarded(Page page) {
		application().queue().enqueue("charge_card", "customer");
		awaitCount(TaskStatus.FAILED, 1);
		page.navigate(application().url() + "/tasks?status=failed");
		page.locator("tbody a").first().click();
		page.getByRole(AriaRole.BUTTON, named("Discard")).click();
		Eventually.that(page).hasURL(application().url() + "/tasks?status=failed");
		Eventually.that(page.getByText("No task matches.")).isVisible();
		assertThat(application().queue().stats().total()).isZero();
	}

	@Test
	void selectedTasksAreDiscarded(Page page) {
		for (int i = 0; i < 3; i++) {
			application().queue().enqueue("charge_card", "customer-" + i);
		}
		awaitCount(TaskStatus.FAILED, 3);
		page.navigate(application().url() + "/tasks?status=failed");
		page.getByLabel("Select charge_card").nth(0).check();
		page.getByLabel("Select charge_card").nth(1).check();
		page.getByRole(AriaRole.BUTTON, named("Discard selected")).click();
		page.getByRole(AriaRole.BUTTON, named("Discard 2")).click();
		awaitCount(TaskStatus.FAILED, 1);
		assertThat(application().queue().stats().total()).isEqualTo(1);
	}

}
