package io.gobstopper.sample.dashboard;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives each test a page of its own in Chromium, and fails it if the page logged an
 * error, broke its Content-Security-Policy or asked another host for anything. Without
 * Chromium the tests are skipped, except in CI.
 */
final class BrowserExtension implements BeforeAllCallback, AfterEachCallback, ParameterResolver {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
		.create(BrowserExtension.class);

	private static final List<Path> CHROMIUM = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));

	// The browser tells so of each answer with a status of an error.
	private static final String FAILED_REQUEST = "Failed to load resource";

	@Override
	public void beforeAll(ExtensionContext context) {
		if (chromium().isEmpty()) {
			if (System.getenv("CI") != null) {
				throw new IllegalStateException("CI must run the browser tests, but there is none of " + CHROMIUM);
			}
			throw new TestAbortedException("There is no browser: none of " + CHROMIUM);
		}
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == Page.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		Visit visit = new Visit(running(context).browser().newContext());
		context.getStore(NAMESPACE).put(Visit.class, visit);
		return visit.page;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		Visit visit = context.getStore(NAMESPACE).remove(Visit.class, Visit.class);
		if (visit != null) {
			visit.context.close();
			assertThat(visit.errors).isEmpty();
			assertThat(visit.hosts).allMatch("localhost"::equals);
		}
	}

	private static RunningBrowser running(ExtensionContext context) {
		return context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(RunningBrowser.class, (key) -> RunningBrowser.start(), RunningBrowser.class);
	}

	private static Optional<Path> chromium() {
		return CHROMIUM.stream().filter(Files::isExecutable).findFirst();
	}

	/**
	 * The browser of all tests.
	 *
	 * @param playwright what drives it
	 * @param browser the browser
	 */
	private record RunningBrowser(Playwright playwright, Browser browser) implements AutoCloseable {

		static RunningBrowser start() {
			Playwright playwright = Playwright
				.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
			Browser browser = playwright.chromium()
				.launch(new BrowserType.LaunchOptions().setExecutablePath(chromium().orElseThrow())
					.setArgs(List.of("--no-sandbox")));
			return new RunningBrowser(playwright, browser);
		}

		@Override
		public void close() {
			this.playwright.close();
		}

	}

	/**
	 * What one test does and what the page says to it.
	 */
	private static final class Visit {

		private final BrowserContext context;

		private final Page page;

		private final List<String> errors = new CopyOnWriteArrayList<>();

		private final List<String> hosts = new CopyOnWriteArrayList<>();

		Visit(BrowserContext context) {
			this.context = context;
			this.page = context.newPage();
			this.page.setDefaultTimeout(15_000);
			this.page.onPageError(this.errors::add);
			this.page.onConsoleMessage(this::read);
			this.page.onRequest((request) -> this.hosts.add(URI.create(request.url()).getHost()));
		}

		private void read(ConsoleMessage message) {
			if ((message.type().equals("error") || message.type().equals("warning"))
					&& !message.text().startsWith(FAILED_REQUEST)) {
				this.errors.add(message.text());
			}
		}

	}

}
