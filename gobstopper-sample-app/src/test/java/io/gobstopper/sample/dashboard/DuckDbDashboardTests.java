package io.gobstopper.sample.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard of a queue on DuckDB.
 */
class DuckDbDashboardTests extends DashboardTests {

	@Override
	String[] store() {
		return new String[0];
	}

	// A file that is copied while a task runs is what a process leaves that is killed.
	@Test
	void processThatDiedIsFoundWithWhatItRan(Page page, @TempDir Path killed, @TempDir Path next) throws IOException {
		try (DashboardApplication first = DashboardApplication.start(killed, file(killed))) {
			String id = first.queue().enqueue("sync_calendar");
			await().until(() -> first.queue().findTask(id).map(TaskInfo::isRunning).orElseThrow());
			for (String name : List.of("tasks.duckdb", "tasks.duckdb.wal")) {
				if (Files.exists(killed.resolve(name))) {
					Files.copy(killed.resolve(name), next.resolve(name));
				}
			}
			String node = first.queue().findTask(id).map(TaskInfo::node).orElseThrow();
			try (DashboardApplication second = DashboardApplication.start(next, file(next))) {
				page.navigate(second.url());
				Locator recovered = page.locator(".tile").filter(new Locator.FilterOptions().setHasText("Recovered"));
				Eventually.that(recovered.locator(".tile-value")).hasText("1");
				recovered.click();
				Eventually.that(page.locator("tbody tr")).hasCount(1);
				page.locator("tbody a").first().click();
				Eventually.that(page.locator(".attempts li").first()).containsText("Crashed");
				Eventually.that(page.locator(".attempts li").first()).containsText("on " + node);
			}
		}
	}

	private static String file(Path folder) {
		return "--gobstopper.duckdb.path=" + folder.resolve("tasks.duckdb");
	}

	// Times at which nothing ended have no failure rate, so no line is drawn through
	// them.
	@Test
	void chartsHaveGapsWhereNothingHappened(Page page) {
		page.route("**/activity/5m", (route) -> {
			String answer = route.fetch().text();
			String failed = IntStream.range(0, 60)
				.mapToObj((i) -> (i < 10 || i >= 50) ? "1" : "0")
				.collect(Collectors.joining(",", "\"failed\":[", "]"));
			String body = answer.replaceFirst("\"failed\":\\[[0-9,]*\\]", failed);
			route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(body));
		});
		page.navigate(url());
		Locator chart = page.locator(".chart").filter(new Locator.FilterOptions().setHasText("Failure rate"));
		Eventually.that(chart.locator(".legend")).containsText("100 %");
		assertThat(redPixels(chart, 0.07, 0.5, 0.88)).satisfiesExactly((number) -> assertThat(number).isPositive(),
				(number) -> assertThat(number).isZero(), (number) -> assertThat(number).isPositive());
	}

	// A line needs two points in a row.
	@Test
	void chartsShowTimesThatAreAlone(Page page) {
		page.route("**/activity/5m", (route) -> {
			String answer = route.fetch().text();
			String failed = IntStream.range(0, 60)
				.mapToObj((i) -> (i % 2 == 0) ? "1" : "0")
				.collect(Collectors.joining(",", "\"failed\":[", "]"));
			String body = answer.replaceFirst("\"failed\":\\[[0-9,]*\\]", failed);
			route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(body));
		});
		page.navigate(url());
		Locator chart = page.locator(".chart").filter(new Locator.FilterOptions().setHasText("Failure rate"));
		Eventually.that(chart.locator(".legend")).containsText("100 %");
		assertThat(redPixels(chart, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)).as("in all")
			.anyMatch((red) -> red > 0);
	}

	// In narrow strips at these parts of the width of the plot.
	@SuppressWarnings("unchecked")
	private static List<Integer> redPixels(Locator chart, Double... parts) {
		return (List<Integer>) chart.locator("canvas").evaluate("""
				(canvas, parts) => {
					const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
					const axis = 70 * devicePixelRatio;
					return parts.map((part) => {
						const from = Math.round(axis + (canvas.width - axis) * part);
						let red = 0;
						for (let y = 0; y < canvas.height; y++) {
							for (let x = from; x < from + 8; x++) {
								const i = 4 * (y * canvas.width + x);
								red += pixels[i + 3] > 100 && pixels[i] - pixels[i + 1] > 60 ? 1 : 0;
							}
						}
						return red;
					});
				}""", List.of(parts));
	}

}
