package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.schedule.TaskSchedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How the pages look, and whether everybody can use them. Leaves pictures of them in the
 * folder {@code target/screenshots}.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
class DashboardLookTests {

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static final int NARROW = 390;

	private static DashboardApplication application;

	private static String failed;

	@BeforeAll
	static void fill(@TempDir Path folder) {
		application = DashboardApplication.start(folder);
		application.queue()
			.enqueueAll(IntStream.range(0, 400)
				.mapToObj((number) -> TaskRequest.of("echo").args("picture-%d.jpg".formatted(number)))
				.toList());
		application.queue()
			.enqueueAll(IntStream.range(0, 12)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-%d".formatted(number)))
				.toList());
		failed = application.queue().enqueue("charge_card", "ann@example.com");
		application.queue().enqueue("resize_album", 8);
		application.queue().enqueue("resize_album", 20);
		application.queue().enqueue("sync_calendar");
		application.queue().enqueue(TaskRequest.of("echo").args("tomorrow").delay(Duration.ofDays(1)));
		application.handlers().steps.release(9);
		await().until(() -> application.queue().count(TaskQuery.all().status(TaskStatus.SUCCESS)) >= 400);
		await().until(() -> application.queue().count(TaskQuery.all().status(TaskStatus.FAILED)) == 13);
		application.schedules()
			.create(TaskSchedule.cron("nightly", "0 30 2 * * *", ZoneId.of("Europe/Berlin"),
					TaskRequest.of("echo").args("night")));
		application.schedules()
			.create(TaskSchedule.every("charge-all", Duration.ofMinutes(90),
					TaskRequest.of("charge_card").args("everyone")));
		application.schedules().pause("charge-all", "moving to another bank");
		for (int i = 0; i < 3; i++) {
			application.schedules().trigger("nightly");
		}
		application.limits().override("shops", new LimitNumbers(2, null, null, null), Duration.ofDays(1));
		application.limits().pause("shops", "summer");
		application.queue().enqueue(TaskRequest.of("resize_album").args(2).limit("shops", "summer"));
		application.queue().pause("payments");
		application.queue()
			.enqueueAll(IntStream.range(0, 25)
				.mapToObj((number) -> TaskRequest.of("charge_card").args("customer-%d".formatted(number)))
				.toList());
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@CsvSource({ "overview,LIGHT,1400", "overview,DARK,1400", "overview,LIGHT,390", "overview,DARK,390",
			"tasks,LIGHT,1400", "tasks,DARK,1400", "tasks,LIGHT,390", "tasks,DARK,390", "task,LIGHT,1400",
			"task,DARK,1400", "task,LIGHT,390", "task,DARK,390", "schedules,LIGHT,1400", "schedules,DARK,390",
			"limits,LIGHT,1400", "limits,DARK,390", "limit,LIGHT,390", "limit,DARK,1400", "schedule,DARK,1400",
			"schedule,LIGHT,390" })
	void pageFitsAndIsAccessible(String name, ColorScheme colors, int width, Page page) {
		page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colors));
		page.setViewportSize(width, 900);
		page.navigate(application.url() + path(name));
		Eventually.that(page.locator("main h2, main tbody tr").first()).isVisible();
		Eventually.that(page.locator(".loading")).hasCount(0);
		page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
			.setPath(SCREENSHOTS.resolve("%s-%s%s.png".formatted(name, colors.name().toLowerCase(Locale.ROOT),
					(width == NARROW) ? "-narrow" : ""))));
		assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
		checkAccessible(page);
	}

	@ParameterizedTest
	@CsvSource({ "overview,Resize payments,LIGHT,1400", "overview,Resize payments,DARK,390",
			"tasks,Cancel all that match,LIGHT,390", "tasks,Cancel all that match,DARK,1400",
			"limit,Override,LIGHT,1400", "limit,Override,DARK,390", "schedule,Pause nightly,LIGHT,1400",
			"schedule,Pause nightly,DARK,390" })
	void dialogFitsAndIsAccessible(String name, String button, ColorScheme colors, int width, Page page) {
		page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colors));
		page.setViewportSize(width, 900);
		page.navigate(application.url() + path(name));
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true)).click();
		Eventually.that(page.getByRole(AriaRole.DIALOG)).isVisible();
		Eventually.that(page.locator("dialog button[type=submit]")).isEnabled();
		page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS
			.resolve("dialog-%s-%s-%d.png".formatted(name, colors.name().toLowerCase(Locale.ROOT), width))));
		assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
		checkAccessible(page);
	}

	private static void checkAccessible(Page page) {
		List<Rule> violations = new AxeBuilder(page).analyze()
			.getViolations()
			.stream()
			.filter((rule) -> List.of("serious", "critical").contains(rule.getImpact()))
			.toList();
		assertThat(violations).extracting((rule) -> rule.getId() + ": " + rule.getNodes()).isEmpty();
	}

	private static String path(String name) {
		return switch (name) {
			case "tasks" -> "/tasks?category=payments";
			case "task" -> "/tasks/" + failed;
			case "schedules" -> "/schedules";
			case "limits" -> "/limits";
			case "limit" -> "/limits/shops";
			case "schedule" -> "/schedules/nightly";
			default -> "";
		};
	}

}
