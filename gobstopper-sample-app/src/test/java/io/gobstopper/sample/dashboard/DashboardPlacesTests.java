package io.gobstopper.sample.dashboard;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard works wherever an application puts its endpoints.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
class DashboardPlacesTests {

	@TempDir
	private Path folder;

	@Test
	void worksUnderContextPath(Page page) {
		visit(page, (application) -> "http://localhost:%d/shop/actuator/gobstopper".formatted(application.port()),
				"--server.servlet.context-path=/shop");
	}

	@Test
	void worksUnderServletPath(Page page) {
		visit(page, (application) -> "http://localhost:%d/web/actuator/gobstopper".formatted(application.port()),
				"--spring.mvc.servlet.path=/web");
	}

	@Test
	void worksUnderOtherBasePath(Page page) {
		visit(page, (application) -> "http://localhost:%d/manage/it/gobstopper".formatted(application.port()),
				"--management.endpoints.web.base-path=/manage/it");
	}

	@Test
	void worksUnderMappedPath(Page page) {
		visit(page, (application) -> "http://localhost:%d/actuator/ops/queue".formatted(application.port()),
				"--management.endpoints.web.path-mapping.gobstopper=ops/queue");
	}

	@Test
	void worksOnPortOfItsOwn(Page page) {
		visit(page,
				(application) -> "http://localhost:%d/admin/actuator/gobstopper"
					.formatted(application.managementPort()),
				"--management.server.port=0", "--management.server.base-path=/admin");
	}

	@Test
	void worksBehindPrefixOfProxy(Page page) {
		try (DashboardApplication application = DashboardApplication.start(this.folder);
				PrefixProxy proxy = PrefixProxy.start("/outside/shop", application.port())) {
			visit(page, application, proxy.url() + "/actuator/gobstopper");
		}
	}

	@Test
	void nobodyIsOfferedChangesThatAreSwitchedOff(Page page) {
		try (DashboardApplication application = DashboardApplication.start(this.folder,
				"--management.endpoint.gobstopper.access=read-only")) {
			assertOffersNoChanges(page, application);
		}
	}

	@Test
	void changesAreOfferedToThoseWhoMayMakeThem(Page page) {
		try (DashboardApplication application = DashboardApplication.start(this.folder,
				"--gobstopper.endpoint.write-roles=OPERATOR")) {
			assertOffersNoChanges(page, application);
			page.setExtraHTTPHeaders(Map.of(DashboardApplication.ROLE_HEADER, "READER"));
			assertOffersNoChanges(page, application);
			page.setExtraHTTPHeaders(Map.of(DashboardApplication.ROLE_HEADER, "OPERATOR"));
			visit(page, application, application.url());
		}
	}

	private static void assertOffersNoChanges(Page page, DashboardApplication application) {
		String id = application.queue().enqueue("sync_calendar");
		for (String path : new String[] { "", "/tasks?status=started", "/tasks/" + id }) {
			page.navigate(application.url() + path);
			Eventually.that(page.getByText("sync_calendar").first()).isVisible();
			for (String change : new String[] { "Pause", "Resume", "Resize", "Retry", "Cancel" }) {
				Eventually
					.that(page.locator("main")
						.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(change)))
					.hasCount(0);
			}
		}
	}

	private void visit(Page page, Function<DashboardApplication, String> url, String... arguments) {
		try (DashboardApplication application = DashboardApplication.start(this.folder, arguments)) {
			visit(page, application, url.apply(application));
		}
	}

	// Loads each page by itself, and one from the other.
	private static void visit(Page page, DashboardApplication application, String url) {
		String id = application.queue().enqueue("charge_card", "ann@example.com");
		await().until(() -> application.queue().findTask(id).map(TaskInfo::status).orElseThrow() == TaskStatus.FAILED);
		page.navigate(url + "/tasks/" + id);
		Eventually.that(page.getByText("The card of ann@example.com was declined").first()).isVisible();
		page.navigate(url + "/tasks");
		Eventually.that(page.locator("tbody .status-failed")).isVisible();
		page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Overview")).click();
		Eventually.that(page).hasURL(url);
		page.reload();
		Eventually.that(page.getByText("NonRetryableTaskException")).isVisible();
		page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("charge_card")).first().click();
		Eventually.that(page.locator("tbody .status-failed")).isVisible();
		page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("charge_card")).first().click();
		Eventually.that(page).hasURL(url + "/tasks/" + id);
		application.handlers().failing = false;
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Retry")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		assertThat(application.queue().findTask(id).map(TaskInfo::status)).contains(TaskStatus.SUCCESS);
	}

}
