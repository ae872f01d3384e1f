package io.gobstopper.sample.dashboard;

import java.nio.file.Path;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;

import static org.awaitility.Awaitility.await;

/**
 * An application for each test, and how its dashboard is looked at.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
abstract class DashboardFixture {

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

	DashboardApplication application() {
		return this.application;
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

	void awaitCount(TaskStatus status, long count) {
		await().until(() -> this.application.queue().count(TaskQuery.all().status(status)) == count);
	}

	TaskStatus status(String id) {
		return this.application.queue().findTask(id).map(TaskInfo::status).orElseThrow();
	}

	static Locator tile(Page page, String label) {
		return page.locator(".tile")
			.filter(new Locator.FilterOptions()
				.setHas(page.locator(".tile-label", new Page.LocatorOptions().setHasText(label))))
			.locator(".tile-value");
	}

	static Page.GetByRoleOptions named(String name) {
		return new Page.GetByRoleOptions().setName(name);
	}

	static Locator.GetByRoleOptions locatorNamed(String name) {
		return new Locator.GetByRoleOptions().setName(name);
	}

	static Page.GetByLabelOptions exactly() {
		return new Page.GetByLabelOptions().setExact(true);
	}

}
