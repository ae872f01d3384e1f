package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.util.List;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.sample.dashboard.DashboardApplication.Handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whatever callers and handlers put into tasks is text to the dashboard, and breaks no
 * page.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
class DashboardHostileInputTests {

	private static final int NARROW = 390;

	private static DashboardApplication application;

	@BeforeAll
	static void start(@TempDir Path folder) {
		application = DashboardApplication.start(folder);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static List<String> texts() {
		return List.of("<script>window.broken = true</script>", "\"><img src=x onerror=\"window.broken = true\">",
				"\u202eright to left\u202d \u2067and isolated", "x".repeat(200_000),
				"[".repeat(1000) + "]".repeat(1000), "${window.broken = true} {{constructor}} </pre></div>",
				"\u0000\u0007\n\r\t\uFFFE");
	}

	@ParameterizedTest
	@MethodSource("texts")
	void argumentsResultsAndErrorsAreText(String text, Page page) {
		String echoed = application.queue().enqueue("echo", text);
		String failed = application.queue().enqueue("complain", text, false);
		await().until(() -> status(echoed) == TaskStatus.SUCCESS && status(failed) == TaskStatus.FAILED);
		for (int width : new int[] { 1400, NARROW }) {
			page.setViewportSize(width, 900);
			page.navigate(application.url() + "/tasks/" + echoed);
			Eventually.that(page.locator(".value")).hasCount(2);
			assertThat(shown(page, ".value")).contains(beginning(text));
			assertWhole(page, width);
			page.navigate(application.url() + "/tasks/" + failed);
			Eventually.that(page.locator(".error .value").first()).isVisible();
			assertThat(shown(page, ".error .value")).contains(readable(task(failed).error()));
			assertWhole(page, width);
			page.navigate(application.url() + "/tasks?category=echoes");
			Eventually.that(page.locator("tbody tr").first()).isVisible();
			assertWhole(page, width);
			page.navigate(application.url());
			Eventually.that(page.locator(".facts").first()).isVisible();
			assertWhole(page, width);
		}
	}

	@ParameterizedTest
	@MethodSource("texts")
	void progressMessagesAndCategoriesAreText(String text, Page page) {
		String category = text.substring(0, Math.min(60, text.length())).replace("\u0000", "").strip();
		String id = application.queue().enqueue("complain", text, true);
		application.queue().pause(category);
		application.queue().enqueue(TaskRequest.of("echo").args(1).category(category));
		await().until(() -> !task(id).progressMessage().isEmpty());
		for (int width : new int[] { 1400, NARROW }) {
			page.setViewportSize(width, 900);
			page.navigate(application.url());
			Eventually.that(page.locator(".running .message").first()).isVisible();
			Eventually.that(page.getByRole(AriaRole.BUTTON,
					new Page.GetByRoleOptions().setName("Resume " + category.replaceAll("\\s+", " "))))
				.isVisible();
			assertWhole(page, width);
			page.navigate(application.url() + "/tasks/" + id);
			Eventually.that(page.locator(".message").first()).isVisible();
			assertWhole(page, width);
		}
		application.handlers().steps.release();
		await().until(() -> status(id) == TaskStatus.SUCCESS);
		application.queue().cancelAll(TaskQuery.all().category(category));
		application.queue().resume(category);
	}

	@Test
	void namesAreText(Page page) {
		String id = application.queue().enqueue(Handlers.HOSTILE_NAME);
		await().until(() -> status(id) == TaskStatus.FAILED);
		for (int width : new int[] { 1400, NARROW }) {
			page.setViewportSize(width, 900);
			for (String path : List.of("", "/tasks?category=echoes", "/tasks/" + id)) {
				page.navigate(application.url() + path);
				Eventually.that(page.getByText("<script>window.broken = true</script>").first()).isVisible();
				assertWhole(page, width);
			}
		}
	}

	private static void assertWhole(Page page, int width) {
		assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
		assertThat(page.evaluate("window.broken === undefined")).isEqualTo(true);
		assertThat(page.locator("main script, main img").count()).isZero();
	}

	private static String shown(Page page, String selector) {
		return String.join("\n", page.locator(selector).allTextContents());
	}

	private static String beginning(String text) {
		return text.substring(0, Math.min(20, text.length())).replaceAll("[\\p{Cntrl}\"\uFFFE].*", "");
	}

	private static String readable(String error) {
		return error.substring(0, Math.min(20, error.length())).replaceAll("[\\p{Cntrl}\uFFFE].*", "");
	}

	private static TaskInfo task(String id) {
		return application.queue().findTask(id).orElseThrow();
	}

	private static TaskStatus status(String id) {
		return task(id).status();
	}

}
