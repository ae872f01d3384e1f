package io.gobstopper.test;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.gobstopper.Tasks;
import io.gobstopper.test.AutoConfigureGobstopper.Mode;
import io.gobstopper.test.MailTasks.Receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SpringBootTest
@AutoConfigureGobstopper(mode = Mode.WORKER)
class WorkerModeTests {

	@Autowired
	private TaskQueueTester tester;

	@Test
	void workerRunsTheTasks(@Autowired Tasks<MailTasks> mails) throws Exception {
		assertThat(mails.submit((tasks) -> tasks.send("a", "Hello")).result().get(20, TimeUnit.SECONDS))
			.isEqualTo(new Receipt("a", 1));
		assertThat(this.tester.last("send_mail")).isSuccessful();
		assertThatIllegalStateException().isThrownBy(this.tester::runDue).withMessageContaining("mode = MANUAL");
	}

}
