package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.gobstopper.TaskRequest;
import io.gobstopper.schedule.ScheduleInfo;
import io.gobstopper.schedule.TaskSchedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What people do with the pages of schedules, in a browser.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
class DashboardSchedulesTests {

	private static final String HOSTILE = "<img src=x onerror=\"window.broken = true\"><script>";

	private DashboardApplication application;

	@BeforeEach
	void start(@TempDir Path folder) {
		this.application = DashboardApplication.start(folder);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void scheduleIsPausedWithANoteAndResumed(Page page) {
		create("reports");
		page.navigate(this.application.url());
		page.getByRole(AriaRole.LINK, named("Schedules")).click();
		Eventually.that(page).hasURL(this.application.url() + "/schedules");
		Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("reports"));
		Eventually.that(row).containsText("every 1 h 30 min");
		page.getByRole(AriaRole.BUTTON, named("Pause reports")).click();
		page.getByLabel("Why, for others to read").fill("moving house");
		page.locator("dialog").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Pause")).click();
		Eventually.that(row.locator(".status-paused")).isVisible();
		assertThat(info("reports").note()).isEqualTo("moving house");
		row.getByRole(AriaRole.LINK).first().click();
		Eventually.that(page.getByText("Paused: moving house")).isVisible();
		page.getByRole(AriaRole.BUTTON, named("Resume reports")).click();
		Eventually.that(page.locator(".status-paused")).hasCount(0);
		assertThat(info("reports").paused()).isFalse();
	}

	@Test
	void scheduleIsRunNowAndItsTasksAreFound(Page page) {
		create("reports");
		page.navigate(this.application.url() + "/schedules/reports");
		Eventually.that(page.locator(".times li")).hasCount(5);
		page.getByRole(AriaRole.BUTTON, named("Run reports now")).click();
		Eventually.that(page.locator(".runs li")).hasCount(1);
		Eventually.that(page.locator(".runs .status-success")).isVisible();
		page.getByRole(AriaRole.LINK, named("All its tasks")).click();
		Eventually.that(page).hasURL(Pattern.compile("/tasks\\?schedule=reports$"));
		Eventually.that(page.locator("tbody tr")).hasCount(1);
	}

	@ParameterizedTest
	@CsvSource({ "Z,12:00", "UTC+02:00,12:00", "+05:30,12:00", "Asia/Kolkata,12:00", "+05:30:15,in +05:30:15" })
	void timesAreShownInTheZoneOfTheSchedule(String zone, String shown, Page page) {
		this.application.schedules()
			.create(TaskSchedule.cron("zoned", "0 0 12 * * *", ZoneId.of(zone), TaskRequest.of("echo").args("x")));
		page.navigate(this.application.url() + "/schedules/zoned");
		Eventually.that(page.locator(".times li")).hasCount(5);
		Eventually.that(page.locator(".times li .muted").first()).containsText(shown);
		page.navigate(this.application.url() + "/schedules");
		Eventually.that(page.locator("tbody").getByText("zoned")).isVisible();
	}

	@Test
	void missingTimesAreCountedBeforeTheyAreEnqueued(Page page) {
		this.application.schedules()
			.create(TaskSchedule.cron("daily", "@daily", ZoneOffset.UTC, TaskRequest.of("echo").args("x")));
		page.navigate(this.application.url() + "/schedules/daily");
		page.getByRole(AriaRole.BUTTON, named("Backfill")).click();
		page.getByLabel("From").fill("2026-01-01T12:00");
		page.getByLabel("Before").fill("2026-01-06T12:00");
		page.getByRole(AriaRole.BUTTON, named("Count")).dblclick();
		Eventually.that(page.getByText("5 times have no task.")).isVisible();
		assertThat(info("daily").fired()).isZero();
		page.getByLabel("Before").fill("2026-01-05T12:00");
		page.getByRole(AriaRole.BUTTON, named("Count")).click();
		page.getByRole(AriaRole.BUTTON, named("Enqueue 4")).click();
		Eventually.that(page.locator(".runs li")).hasCount(4);
		assertThat(info("daily").fired()).isEqualTo(4);
	}

	@Test
	void hostileNameIsText(Page page) {
		create(HOSTILE);
		page.navigate(this.application.url() + "/schedules");
		Eventually.that(page.locator("tbody").getByText(HOSTILE)).isVisible();
		page.getByRole(AriaRole.BUTTON, named("Run %s now".formatted(HOSTILE))).click();
		await().until(() -> this.application.queue().stats().total() >= 1);
		assertThat(page.evaluate("window.broken")).isNull();
	}

	private void create(String name) {
		this.application.schedules()
			.create(TaskSchedule.every(name, Duration.ofMinutes(90), TaskRequest.of("echo").args("x")));
	}

	private ScheduleInfo info(String name) {
		return this.application.schedules().find(name).orElseThrow();
	}

	private static Page.GetByRoleOptions named(String name) {
		return new Page.GetByRoleOptions().setName(name);
	}

}
