package io.gobstopper.test;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperDuckDbAutoConfiguration;
import io.gobstopper.handler.RetryPolicy;
import io.gobstopper.handler.StorageJson;
import io.gobstopper.handler.TaskHandlerScanner;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.schedule.TaskSchedule;
import io.gobstopper.schedule.TaskSchedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GobstopperContractTests {

	private Path file;

	@BeforeEach
	void place(@TempDir Path folder) {
		this.file = folder.resolve("contract.json");
	}

	@Test
	void sameVersionFits() {
		contract(new Before()).write(this.file);
		assertThatCode(() -> contract(new Before()).verify(this.file)).doesNotThrowAnyException();
	}

	@Test
	void fileSaysNamesParametersAndTypes() throws Exception {
		contract(new Before()).write(this.file);
		assertThat(Files.readString(this.file)).contains("\"send\" :", "\"to\" :", "java.lang.String",
				"\"optional\" : true", "RED", "GREEN", "\"street\"");
	}

	@Test
	void whatMayBeLeftOutAndNewTasksFit() {
		contract(new Before()).write(this.file);
		assertThatCode(() -> contract(new Compatible()).verify(this.file)).doesNotThrowAnyException();
	}

	@Test
	void whatCouldNotBeReadIsNamed() {
		contract(new Before()).write(this.file);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> contract(new After()).verify(this.file))
			.withMessageContainingAll("'gone' has no handler any more; keep its name in 'aliases'",
					"'send': parameter 'subject' is not there any more",
					"'send': parameter 'title' is new, and may not be left out",
					"'send': parameter 'note' may not be left out or null any more",
					"'retype': parameter 'at' was java.time.Instant and is java.time.Duration",
					"'colour': parameter 'colour' may not be \"GREEN\" any more",
					"'widen': parameter 'levels', of which each key may not be \"GREEN\" any more",
					"'move': parameter 'houses', of which each, property 'street' is not there any more",
					"'move': parameter 'houses', of which each, property 'number' is new, and may not be left out");
	}

	@Test
	void missingFileIsExplained() {
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> contract(new Before()).verify(this.file))
			.withMessageEndingWith("to be read; write it with 'write'");
	}

	@Test
	void snapshotIsReplayed(@TempDir Path folder) throws Exception {
		Path snapshot = folder.resolve("tasks.duckdb");
		store(snapshot);
		byte[] bytes = Files.readAllBytes(snapshot);
		assertThatCode(() -> contract(new Before()).replay(snapshot)).doesNotThrowAnyException();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> contract(new After()).replay(snapshot))
			.withMessageContainingAll("2 of 'gone' have no handler",
					"1 of 'send' have arguments that cannot be read: The stored arguments do not fit",
					"has no argument 'subject'", "schedule 'weekly' enqueues 'gone', which has no handler")
			.withMessageNotContaining("s3cr3t");
		assertThat(Files.readAllBytes(snapshot)).isEqualTo(bytes);
	}

	private static void store(Path file) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GobstopperDuckDbAutoConfiguration.class, GobstopperAutoConfiguration.class))
			.withPropertyValues("gobstopper.duckdb.path=" + file)
			.withBean(Before.class)
			.run((context) -> {
				TaskQueueService queue = context.getBean(TaskQueueService.class);
				queue.enqueue("gone");
				queue.enqueue(TaskRequest.of("gone").delay(Duration.ofDays(1)));
				queue.enqueue("send", "s3cr3t", "s3cr3t");
				queue.cancel(queue.enqueue("send", "s3cr3t", "s3cr3t"));
				context.getBean(TaskSchedules.class)
					.create(TaskSchedule.every("weekly", Duration.ofDays(7), TaskRequest.of("gone")));
			});
	}

	private static GobstopperContract contract(Object bean) {
		JsonMapper jsonMapper = StorageJson.with(List.of()).mapper();
		GenericApplicationContext context = new GenericApplicationContext();
		context.getBeanFactory().registerSingleton("handlers", bean);
		context.refresh();
		return new GobstopperContract(new TaskHandlers(new TaskHandlerScanner(context.getBeanFactory(), jsonMapper,
				new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0), List.of())), jsonMapper);
	}

	enum Colour {

		RED, GREEN

	}

	enum Level {

		LOW(1), HIGH(2);

		private final int number;

		Level(int number) {
			this.number = number;
		}

		@JsonValue
		int number() {
			return this.number;
		}

	}

	enum Red {

		RED

	}

	record Address(String street, @Nullable Address former) {

	}

	record House(int number) {

	}

	static class Before {

		@GobstopperTask("gone")
		void gone() {
		}

		@GobstopperTask("send")
		void send(String to, String subject, @Nullable String note) {
		}

		@GobstopperTask("retype")
		void retype(Instant at) {
		}

		@GobstopperTask("colour")
		void colour(Colour colour) {
		}

		@GobstopperTask("widen")
		void widen(int number, Map<Colour, Level> levels) {
		}

		@GobstopperTask("move")
		void move(List<Address> houses, Map<String, Optional<Integer>> numbers) {
		}

	}

	static class Compatible {

		@GobstopperTask(name = "new_name", aliases = "gone")
		void gone() {
		}

		@GobstopperTask("send")
		void send(@JsonAlias("subject") String title, String to, @Nullable String note, @Nullable String more) {
		}

		@GobstopperTask("retype")
		void retype(Instant at) {
		}

		@GobstopperTask("colour")
		void colour(Optional<Colour> colour) {
		}

		@GobstopperTask("move")
		void move(List<Address> houses, Map<String, Optional<Integer>> numbers) {
		}

		@GobstopperTask("widen")
		void widen(long number, Map<Colour, Level> levels) {
		}

		@GobstopperTask("one_more")
		void oneMore(int number) {
		}

	}

	static class After {

		@GobstopperTask("send")
		void send(String to, String title, String note) {
		}

		@GobstopperTask("retype")
		void retype(Duration at) {
		}

		@GobstopperTask("colour")
		void colour(Red colour) {
		}

		@GobstopperTask("widen")
		void widen(int number, Map<Red, Level> levels) {
		}

		@GobstopperTask("move")
		void move(List<House> houses, Map<String, Optional<Integer>> numbers) {
		}

	}

}
