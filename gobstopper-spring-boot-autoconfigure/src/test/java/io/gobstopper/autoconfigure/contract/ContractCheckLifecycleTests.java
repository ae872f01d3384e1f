package io.gobstopper.autoconfigure.contract;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperDuckDbAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;
import io.gobstopper.error.TaskContractException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class ContractCheckLifecycleTests {

	@TempDir
	private Path folder;

	@Test
	void applicationStartsWithAWarning(CapturedOutput output) {
		enqueue();
		runner().run((context) -> {
			assertThat(context).hasNotFailed();
			await().untilAsserted(() -> assertThat(output)
				.contains("Tasks wait that the handlers of this application cannot run: 'send_mail': 1 waiting since"));
		});
	}

	@Test
	void applicationDoesNotStartIfItMayFail() {
		enqueue();
		runner().withPropertyValues("gobstopper.contract.check=fail")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(TaskContractException.class)
				.hasMessageContaining("'send_mail': 1 waiting since")
				.hasMessageNotContaining("secret"));
		runner().withPropertyValues("gobstopper.contract.check=fail")
			.withBean(Mails.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	// YAML reads off as false.
	@ParameterizedTest
	@ValueSource(strings = { "off", "false" })
	void nothingIsLookedAtIfItIsOff(String off, CapturedOutput output) {
		enqueue();
		runner().withPropertyValues("gobstopper.contract.check=" + off)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("cannot run");
		runner().withPropertyValues("gobstopper.worker.enabled=false", "gobstopper.contract.check=fail")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ContractCheckLifecycle.class));
	}

	private void enqueue() {
		runner().withBean(Mails.class)
			.withPropertyValues("gobstopper.worker.enabled=false")
			.run((context) -> context.getBean(TaskQueueService.class).enqueue("send_mail", "secret@example.com"));
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(GobstopperDuckDbAutoConfiguration.class,
					GobstopperAutoConfiguration.class, GobstopperWorkerAutoConfiguration.class))
			.withPropertyValues("gobstopper.duckdb.path=" + this.folder.resolve("tasks.duckdb"));
	}

	static class Mails {

		@GobstopperTask("send_mail")
		void send(String to) {
		}

	}

}
