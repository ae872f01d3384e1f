package io.gobstopper.test;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.gobstopper.TaskQueueService;
import io.gobstopper.Tasks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is tested may have the queue mocked.
 */
@SpringBootTest
class MockedQueueTests {

	@MockitoBean
	private TaskQueueService queue;

	@MockitoBean
	private Tasks<MailTasks> mails;

	@Test
	void testIsRun(@Autowired MailApplication.Registration registration) {
		assertThat(this.queue.enqueue("announce", "a")).isNull();
		assertThat(this.mails.enqueue((tasks) -> tasks.send("a", "Hello"))).isNull();
		assertThat(registration).isNotNull();
	}

}
