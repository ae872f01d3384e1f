package io.gobstopper.autoconfigure;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;

import io.gobstopper.store.writer.GroupCommit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link InMemoryTestCustomizerFactory}, in contexts that are cached side by side.
 */
@Timeout(60)
@SpringBootTest(classes = InMemoryTestCustomizerTests.Application.class, webEnvironment = WebEnvironment.NONE)
class InMemoryTestCustomizerTests {

	@Autowired
	private GroupCommit groupCommit;

	@Test
	void tasksOfATestAreInMemory() {
		assertThat(this.groupCommit.store().location()).isEqualTo(":memory:");
	}

	@Nested
	@SpringBootTest(classes = InMemoryTestCustomizerTests.Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "second.context=true")
	class SecondContext {

		@Autowired
		private GroupCommit groupCommit;

		@Test
		void tasksOfAnotherContextAreToo() {
			assertThat(this.groupCommit.store().location()).isEqualTo(":memory:");
		}

	}

	@Nested
	@SpringBootTest(classes = InMemoryTestCustomizerTests.Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "gobstopper.duckdb.path=target/named-${random.uuid}.duckdb")
	class NamedFile {

		@Autowired
		private GroupCommit groupCommit;

		@Test
		void fileThatIsNamedIsUsed() {
			assertThat(this.groupCommit.store().location()).contains("target/named-");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GobstopperAutoConfiguration.class, GobstopperDuckDbAutoConfiguration.class,
			GobstopperWorkerAutoConfiguration.class })
	static class Application {

	}

}
