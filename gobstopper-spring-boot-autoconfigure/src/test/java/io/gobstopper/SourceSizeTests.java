package io.gobstopper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files and packages of the library stay small enough to be read.
 */
class SourceSizeTests {

	private static final List<Path> SOURCES = List.of(Path.of("../gobstopper-core/src/main/java"),
			Path.of("src/main/java"));

	private static final int MOST_FILES = 25;

	private static final int MOST_LINES = 400;

	private static final int MOST_LINES_USUALLY = 70;

	private static final double LARGEST_SHARE = 0.15;

	// One property after the other.
	private static final String PROPERTIES = "GobstopperProperties.java";

	private final Map<Path, Integer> lines = new TreeMap<>();

	@BeforeEach
	void count() throws IOException {
		for (Path sources : SOURCES) {
			try (Stream<Path> files = Files.walk(sources)) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
					this.lines.put(file, Files.readAllLines(file).size());
				}
			}
		}
	}

	@Test
	void filesAreShort() {
		assertThat(this.lines.entrySet()).filteredOn((file) -> !file.getKey().endsWith(PROPERTIES))
			.allSatisfy(
					(file) -> assertThat(file.getValue()).as(file.getKey().toString()).isLessThanOrEqualTo(MOST_LINES));
		List<Integer> sorted = this.lines.values().stream().sorted().toList();
		assertThat(sorted.get(sorted.size() / 2)).isLessThanOrEqualTo(MOST_LINES_USUALLY);
	}

	@Test
	void packagesAreSmall() {
		Map<Path, Integer> files = new TreeMap<>();
		Map<Path, Integer> linesOfPackage = new TreeMap<>();
		this.lines.forEach((file, count) -> {
			files.merge(file.getParent(), 1, Integer::sum);
			linesOfPackage.merge(file.getParent(), count, Integer::sum);
		});
		int total = this.lines.values().stream().mapToInt(Integer::intValue).sum();
		assertThat(files).allSatisfy((folder, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
		assertThat(linesOfPackage)
			.allSatisfy((folder, count) -> assertThat(count).isLessThan((int) (total * LARGEST_SHARE)));
	}

}
