package io.gobstopper;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.observation.TaskMeters;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the README and the pages of the documentation say is true.
 */
class ReadmeTests {

	private static final Path README = Path.of("../README.md");

	private static final Path REFERENCE = Path.of("../docs/reference.md");

	private static final int MOST_LINES = 150;

	private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");

	private static final Pattern NAME = Pattern
		.compile("`((?:management\\.(?:endpoint|health)\\.)?gobstopper\\.[a-z-]+(?:\\.[a-z-]+)*)[`: ]");

	private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

	private static final Pattern CLASS = Pattern.compile("`@?([A-Z][a-z]\\w*)(?:[.(<#][^`]*)?`");

	private static final Pattern COMMAND = Pattern.compile("(?:^|`)(mvn [^`\n]*)", Pattern.MULTILINE);

	private static final Pattern WORD = Pattern.compile("(-P ?|-pl |-Dtest=|-D)([^\\s=]+)");

	// What was once, and names of the field's other libraries.
	private static final List<String> OF_OTHERS = List.of("upgrading.md", "comparison.md", "python.md", "decisions");

	private static final List<String> OF_KOTLIN_AND_KUBERNETES = List.of("Deferred", "Recreate");

	private static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
			return Stream
				.concat(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
					.map(Path.of("..")::resolve), docs.filter((file) -> file.toString().endsWith(".md")))
				.toList();
		}
	}

	@Test
	void readmeIsShort() throws IOException {
		assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(MOST_LINES);
	}

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			Matcher link = LINK.matcher(Files.readString(page));
			while (link.find()) {
				Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
				boolean found = Files.exists(target)
						&& (link.group(2) == null || anchors(target).contains(link.group(2)));
				if (!found) {
					broken.add("%s: %s".formatted(page, link.group()));
				}
			}
		}
		assertThat(broken).isEmpty();
	}

	// As they are made of headings where Markdown is shown.
	private static List<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Files.readString(page))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^a-z0-9 _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	@Test
	void everyPropertyAndMeterThatIsNamedIsThere() throws IOException {
		Set<String> known = new HashSet<>(List.of("gobstopper.enqueue", "gobstopper.execute"));
		metadata().get("properties").forEach((property) -> known.add(property.get("name").asString()));
		Arrays.stream(TaskMeters.values()).map(TaskMeters::getName).forEach(known::add);
		List<String> unknown = new ArrayList<>();
		for (Path page : pages()) {
			NAME.matcher(Files.readString(page))
				.results()
				.map((found) -> found.group(1))
				.filter((name) -> known.stream().noneMatch((each) -> each.equals(name) || each.startsWith(name + ".")))
				.forEach((name) -> unknown.add("%s: %s".formatted(page, name)));
		}
		assertThat(unknown).isEmpty();
	}

	@Test
	void everyClassThatIsNamedIsThere() throws IOException {
		Set<String> known = classes();
		List<String> unknown = new ArrayList<>();
		for (Path page : pages()) {
			if (OF_OTHERS.stream().noneMatch(page.toString()::contains)) {
				CLASS.matcher(Files.readString(page))
					.results()
					.map((found) -> found.group(1))
					.filter((name) -> !known.contains(name))
					.forEach((name) -> unknown.add("%s: %s".formatted(page, name)));
			}
		}
		assertThat(unknown).isEmpty();
	}

	// The simple names of the repository's classes, of the JDK's and of all
	// dependencies'.
	private static Set<String> classes() throws IOException {
		Set<String> names = new HashSet<>(OF_KOTLIN_AND_KUBERNETES);
		List<Path> roots = new ArrayList<>(List.of(Path.of("..")));
		roots.add(Path.of(URI.create("jrt:/java.base")));
		roots.add(Path.of(URI.create("jrt:/java.sql")));
		for (Path root : roots) {
			try (Stream<Path> files = Files.walk(root)) {
				files.map((file) -> String.valueOf(file.getFileName())).forEach((file) -> addClass(names, file));
			}
		}
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			if (entry.endsWith(".jar")) {
				try (JarFile jar = new JarFile(entry)) {
					jar.stream().forEach((file) -> addClass(names, file.getName()));
				}
			}
		}
		return names;
	}

	private static void addClass(Set<String> names, String file) {
		if (file.endsWith(".class") || file.endsWith(".java")) {
			String name = file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
			names.add(name.substring(name.lastIndexOf('$') + 1));
		}
	}

	@Test
	void everyCommandOfMavenCanBeRun() throws IOException {
		List<String> wrong = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult command : COMMAND.matcher(Files.readString(page)).results().toList()) {
				WORD.matcher(command.group(1))
					.results()
					.filter((word) -> !canBeUsed(word.group(1).strip(), word.group(2)))
					.forEach((word) -> wrong.add("%s: %s".formatted(page, word.group())));
			}
		}
		assertThat(wrong).isEmpty();
	}

	private static boolean canBeUsed(String option, String value) {
		return switch (option) {
			case "-P" -> poms().contains("<id>%s</id>".formatted(value));
			case "-pl" -> Arrays.stream(value.split(",", -1)).allMatch((module) -> Files.exists(Path.of("..", module)));
			default -> value.equals("test") || value.startsWith("skip") || value.contains(".skip")
					|| poms().contains("<%s>".formatted(value)) || value.startsWith("spring-boot.")
					|| value.startsWith("spring.");
		};
	}

	private static String poms() {
		try (Stream<Path> modules = Files.list(Path.of(".."))) {
			StringBuilder all = new StringBuilder(Files.readString(Path.of("../pom.xml")));
			for (Path pom : modules.map((module) -> module.resolve("pom.xml")).filter(Files::exists).toList()) {
				all.append(Files.readString(pom));
			}
			return all.toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void everyPropertyIsListedWithItsDefault() throws IOException {
		String reference = Files.readString(REFERENCE);
		int rows = 0;
		for (JsonNode property : metadata().get("properties")) {
			JsonNode value = property.path("defaultValue");
			String shown = value.isMissingNode() ? "" : "`%s`".formatted(value.asString());
			assertThat(reference).contains("| `%s` | %s | %s |".formatted(property.get("name").asString(), shown,
					property.get("description").asString()));
			rows++;
		}
		assertThat(Pattern
			.compile("^\\| `(management\\.(endpoint|health)\\.)?gobstopper\\.[a-z.-]+` \\| [^|]* \\| [^|]* \\|$",
					Pattern.MULTILINE)
			.matcher(reference)
			.results()).hasSize(rows);
	}

	@Test
	void everyMeterIsListedWithItsTags() throws IOException {
		String reference = Files.readString(REFERENCE);
		for (TaskMeters meter : TaskMeters.values()) {
			String tags = Arrays.stream(meter.getKeyNames()).map(KeyName::asString).collect(Collectors.joining(", "));
			assertThat(reference).contains("| `%s` | %s | %s | %s |".formatted(meter.getName(),
					meter.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '), tags, meter.getDescription()));
		}
		assertThat(Pattern.compile("^\\| `gobstopper\\.[a-z.]+` \\|[^|]*\\|[^|]*\\|[^|]*\\|$", Pattern.MULTILINE)
			.matcher(reference)
			.results()).hasSize(TaskMeters.values().length);
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream metadata = ReadmeTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new JsonMapper().readTree(Objects.requireNonNull(metadata));
		}
	}

}
