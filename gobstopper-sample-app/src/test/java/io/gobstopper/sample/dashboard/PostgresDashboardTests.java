package io.gobstopper.sample.dashboard;

import java.io.IOException;

import com.microsoft.playwright.Page;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The dashboard of a queue on PostgreSQL.
 */
class PostgresDashboardTests extends DashboardTests {

	private static EmbeddedPostgres server;

	private static int schemas;

	private String schema;

	@BeforeAll
	static void startServer() throws IOException {
		server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
	}

	@AfterAll
	static void stopServer() throws IOException {
		server.close();
	}

	@Override
	String[] store() {
		schemas++;
		this.schema = "tasks_" + schemas;
		return arguments(this.schema);
	}

	private static String[] arguments(String schema) {
		return new String[] { "--spring.profiles.active=postgresql",
				"--spring.datasource.url=" + server.getJdbcUrl("postgres", "postgres"),
				"--spring.datasource.username=postgres", "--gobstopper.postgresql.schema=" + schema };
	}

	@Test
	void otherNodesAreShown(Page page) {
		try (DashboardApplication other = DashboardApplication.start(folder().resolve("other"),
				arguments(this.schema))) {
			page.navigate(other.url());
			Eventually.that(page.locator("dt", new Page.LocatorOptions().setHasText("Worker"))).hasCount(2);
			Eventually.that(page.getByText("on 2 workers")).isVisible();
		}
	}

}
