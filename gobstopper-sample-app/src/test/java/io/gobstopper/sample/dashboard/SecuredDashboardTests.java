package io.gobstopper.sample.dashboard;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard under rules of Spring Security, CSRF protection included.
 */
@ExtendWith(BrowserExtension.class)
@Timeout(120)
class SecuredDashboardTests {

	private static final List<String> CHANGES = List.of("Pause", "Resume", "Resize", "Retry", "Cancel");

	private static final String PASSWORD = "secret";

	@TempDir
	private Path folder;

	private DashboardApplication application;

	private String failed;

	@BeforeEach
	void start() {
		this.application = DashboardApplication.start(this.folder, List.of(Security.class),
				"--gobstopper.endpoint.write-roles=OPERATOR", "--gobstopper.endpoint.roles=OPERATOR",
				"--gobstopper.endpoint.show-values=when-authorized");
		this.failed = this.application.queue().enqueue("charge_card", "ann@example.com");
		await().until(() -> status() == TaskStatus.FAILED);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void anonymousGetNeitherPageNorFileNorData(Page page) {
		String file = fileOfThePage(page);
		for (String path : List.of("", "/tasks", "/tasks/" + this.failed, "/activity/5m", file)) {
			APIResponse response = page.request().get(this.application.url() + path);
			assertThat(response.status()).as(path).isEqualTo(401);
			assertThat(response.text()).as(path).doesNotContain("charge_card", "import", "ann@example.com");
		}
	}

	@Test
	void readerSeesTasksWithoutValuesAndNoButtonsAndIsRefusedChanges(Page page) {
		signIn(page, "reader");
		for (String path : List.of("", "/tasks", "/tasks/" + this.failed)) {
			page.navigate(this.application.url() + path);
			Eventually.that(page.getByText("charge_card").first()).isVisible();
			for (String change : CHANGES) {
				Eventually
					.that(page.locator("main")
						.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(change)))
					.hasCount(0);
			}
			assertThat(page.content()).doesNotContain("ann@example.com");
		}
		APIResponse refused = page.request()
			.post(this.application.url() + "/tasks/%s/retry".formatted(this.failed),
					RequestOptions.create()
						.setHeader("Authorization", authorization("reader"))
						.setHeader("X-XSRF-TOKEN", csrfToken(page))
						.setData(Map.of()));
		assertThat(refused.status()).isEqualTo(403);
		assertThat(status()).isEqualTo(TaskStatus.FAILED);
	}

	@Test
	void operatorSeesValuesAndRetriesATask(Page page) {
		signIn(page, "operator");
		page.navigate(this.application.url() + "/tasks/" + this.failed);
		Eventually.that(page.getByText("The card of ann@example.com was declined").first()).isVisible();
		this.application.handlers().failing = false;
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Retry")).click();
		Eventually.that(page.locator(".page-head .status")).hasText("Succeeded");
		assertThat(status()).isEqualTo(TaskStatus.SUCCESS);
	}

	private TaskStatus status() {
		return this.application.queue().findTask(this.failed).map(TaskInfo::status).orElseThrow();
	}

	private String fileOfThePage(Page page) {
		String content = getAsReader(page, "").text();
		String source = content.replaceFirst("(?s).*src=\"([^\"]+\\.js)\".*", "$1");
		String file = source.substring(source.indexOf('/'));
		assertThat(getAsReader(page, file).text()).contains("import");
		return file;
	}

	private APIResponse getAsReader(Page page, String path) {
		return page.request()
			.get(this.application.url() + path,
					RequestOptions.create()
						.setHeader("Authorization", authorization("reader"))
						.setHeader("Accept", "text/html,*/*;q=0.8"));
	}

	private static void signIn(Page page, String user) {
		page.setExtraHTTPHeaders(Map.of("Authorization", authorization(user)));
	}

	private static String authorization(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
	}

	private static String csrfToken(Page page) {
		return page.context()
			.cookies()
			.stream()
			.filter((cookie) -> cookie.name.equals("XSRF-TOKEN"))
			.map((cookie) -> cookie.value)
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Security {

		@Bean
		SecurityFilterChain taskQueueRules(HttpSecurity http) {
			return http.securityMatcher("/actuator/gobstopper/**")
				.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.GET)
					.hasAnyRole("READER", "OPERATOR")
					.anyRequest()
					.hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.csrf(CsrfConfigurer::spa)
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("reader", "READER"), user("operator", "OPERATOR"));
		}

		private static UserDetails user(String name, String role) {
			return User.withUsername(name).password("{noop}" + PASSWORD).roles(role).build();
		}

	}

}
