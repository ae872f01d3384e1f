package io.gobstopper.test;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.test.AutoConfigureGobstopper.Mode;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@AutoConfigureGobstopper(mode = Mode.INLINE)
class InlineTasksTests {

	@Autowired
	private TaskQueueTester tester;

	@Autowired
	private TaskQueueService queue;

	@Test
	void taskHasRunWhenItsCallerGoesOn() {
		this.queue.enqueue("announce", "a");
		assertThat(this.tester.last("announce")).isSuccessful();
		assertThat(this.tester.last("send_mail")).isSuccessful();
	}

	@Test
	void taskOfATransactionHasRunAfterItsCommit(@Autowired PlatformTransactionManager transactions) {
		new TransactionTemplate(transactions).executeWithoutResult((status) -> {
			this.queue.enqueue("announce", "a");
			assertThat(this.tester.last("announce")).hasStatus(TaskStatus.PENDING);
		});
		assertThat(this.tester.last("announce")).isSuccessful();
	}

	@Test
	void whatHandlersEnqueueAfterACommitHasRunToo(@Autowired PlatformTransactionManager transactions) {
		new TransactionTemplate(transactions).executeWithoutResult((status) -> this.queue.enqueue("announce", "a"));
		assertThat(this.tester.last("send_mail")).isSuccessful();
	}

	@Test
	void handlersDoNotJoinTheTransactionThatIsOver(@Autowired PlatformTransactionManager transactions) {
		new TransactionTemplate(transactions).executeWithoutResult((status) -> this.queue.enqueue("in_transaction"));
		assertThat(this.tester.last("in_transaction")).isSuccessful().hasResult(false);
	}

}
