package io.gobstopper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about the architecture shows the packages and classes that there are.
 */
class ArchitecturePageTests {

	private static final Path PAGE = Path.of("../docs/architecture.md");

	private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

	private static final int MOST_CLASSES = 25;

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ArchitectureTests.WithoutTests())
		.importPackages("io.gobstopper");

	@Test
	void walkVisitsClassesThatThereAre() throws IOException {
		String walk = Files.readString(PAGE);
		Set<String> visited = new TreeSet<>();
		Matcher names = CLASS.matcher(walk.substring(walk.indexOf("## One task")));
		while (names.find()) {
			visited.add(names.group(1));
		}
		Set<String> known = this.classes.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
		assertThat(known).containsAll(visited);
		assertThat(visited).hasSizeBetween(15, MOST_CLASSES);
	}

	@Test
	void pictureShowsThePackages() throws IOException {
		List<String> picture = Files.readAllLines(PAGE)
			.stream()
			.map(String::strip)
			.filter((line) -> line.contains(" --> "))
			.toList();
		assertThat(picture).containsExactlyElementsOf(arrows(dependencies()));
	}

	private Map<String, Set<String>> dependencies() {
		Map<String, Set<String>> dependencies = new TreeMap<>();
		for (JavaClass type : this.classes) {
			type.getDirectDependenciesFromSelf()
				.stream()
				.map(Dependency::getTargetClass)
				.map(JavaClass::getPackageName)
				.filter((name) -> name.startsWith("io.gobstopper"))
				.filter(Predicate.not(type.getPackageName()::equals))
				.forEach((name) -> dependencies.computeIfAbsent(shown(type.getPackageName()), (key) -> new TreeSet<>())
					.add(shown(name)));
		}
		return dependencies;
	}

	// An arrow that follows from others is left out.
	private static List<String> arrows(Map<String, Set<String>> dependencies) {
		return dependencies.entrySet()
			.stream()
			.flatMap((each) -> each.getValue()
				.stream()
				.filter((target) -> each.getValue()
					.stream()
					.noneMatch((other) -> !other.equals(target) && reaches(dependencies, other, target)))
				.map((target) -> each.getKey() + " --> " + target))
			.toList();
	}

	private static boolean reaches(Map<String, Set<String>> dependencies, String from, String to) {
		return dependencies.getOrDefault(from, Set.of())
			.stream()
			.anyMatch((next) -> next.equals(to) || reaches(dependencies, next, to));
	}

	private static String shown(String packageName) {
		return packageName.equals("io.gobstopper") ? "gobstopper" : packageName.substring("io.gobstopper.".length());
	}

}
