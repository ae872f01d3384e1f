package io.gobstopper.handler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.GobstopperTask;
import io.gobstopper.error.InvalidTaskArgumentsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is written in an unusual way, but can be read.
 */
class FaithfulReaderTests {

	private static final JsonMapper USUAL = StorageJson.with(List.of()).mapper();

	@Test
	void mapperThatWritesTimesAsNumbersReadsThem() {
		JsonMapper numbers = USUAL.rebuild().enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS).build();
		List<Instant> times = List.of(Instant.EPOCH);
		assertThat(readAgain(numbers, "times", Instant.EPOCH, times)).containsExactly(Instant.EPOCH, times);
		assertThatExceptionOfType(InvalidTaskArgumentsException.class)
			.isThrownBy(() -> readAgain(USUAL, "times", 0, times))
			.withMessageContaining("Argument 'time'");
	}

	@Test
	void numberThatIsWrittenAsTextIsRead() {
		Order order = new Order(7, null);
		assertThat(readAgain(USUAL, "order", order)).containsExactly(order);
		assertThat(readAgain(USUAL, "order", Map.of("id", "7"))).containsExactly(order);
	}

	@Test
	void typesOfTheirOwnAreRead() {
		List<Shape> shapes = List.of(new Circle(1), new Square(Duration.ofSeconds(2)));
		assertThat(readAgain(USUAL, "shapes", shapes, 1.5f, 0.1)).containsExactly(shapes, 1.5f, 0.1);
	}

	private static List<@Nullable Object> readAgain(JsonMapper jsonMapper, String task, Object... args) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.getBeanFactory().registerSingleton("handlers", new Handlers());
		context.refresh();
		TaskHandlers handlers = new TaskHandlers(new TaskHandlerScanner(context.getBeanFactory(), jsonMapper,
				new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0), List.of()));
		TaskHandler handler = Objects.requireNonNull(handlers.find(task));
		return handler.decode(handler.signature().encode(List.of(args), Map.of()));
	}

	record Order(@JsonFormat(shape = JsonFormat.Shape.STRING) long id, @Nullable String note) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, include = JsonTypeInfo.As.WRAPPER_ARRAY)
	interface Shape {

	}

	record Circle(int radius) implements Shape {

	}

	record Square(Duration age) implements Shape {

	}

	static class Handlers {

		@GobstopperTask("times")
		void times(Instant time, List<Instant> times) {
		}

		@GobstopperTask("order")
		void order(Order order) {
		}

		@GobstopperTask("shapes")
		void shapes(List<Shape> shapes, float share, double ratio) {
		}

	}

}
