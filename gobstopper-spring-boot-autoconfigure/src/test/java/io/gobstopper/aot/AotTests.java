package io.gobstopper.aot;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.javapoet.ClassName;

import io.gobstopper.TaskContext;
import io.gobstopper.aot.GeneratedApplication.Note;
import io.gobstopper.aot.GeneratedApplication.Notes;
import io.gobstopper.aot.GeneratedApplication.Receipt;
import io.gobstopper.aot.ParcelTasks.Item;
import io.gobstopper.aot.ParcelTasks.Label;
import io.gobstopper.aot.ParcelTasks.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that is generated ahead of time, and what native images are told.
 */
class AotTests {

	private static final Pattern SAID = Pattern.compile("^(worker|check|snapshots) (true|false)$|^Label");

	@Test
	void typesOfArgumentsAndResultsCanBeReadAndWritten() {
		RuntimeHints hints = generate();
		for (Class<?> type : List.of(Item.class, Size.class, Label.class, Note.class, Receipt.class)) {
			assertThat(RuntimeHintsPredicates.reflection().onType(type)).as(type.getName()).accepts(hints);
			assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
				.as(type.getName())
				.accepts(hints);
		}
		for (String stored : List.of("ScheduleDefinition", "Timing")) {
			assertThat(
					RuntimeHintsPredicates.reflection().onType(TypeReference.of("io.gobstopper.scheduling." + stored)))
				.as(stored)
				.accepts(hints);
		}
		assertThat(RuntimeHintsPredicates.reflection().onType(TaskContext.class)).rejects(hints);
	}

	@Test
	void answersOfTheEndpointCanBeWritten() throws IOException {
		RuntimeHints hints = generate();
		try (Stream<Path> files = Files.list(Path.of("src/main/java/io/gobstopper/actuate/description"))) {
			List<String> answers = files.map((file) -> file.getFileName().toString().replace(".java", ""))
				.filter((name) -> name.endsWith("Descriptor"))
				.toList();
			assertThat(answers).isNotEmpty()
				.allSatisfy((name) -> assertThat(RuntimeHintsPredicates.reflection()
					.onType(TypeReference.of("io.gobstopper.actuate.description." + name))).accepts(hints));
		}
	}

	@Test
	void handlersAndContractsCanBeCalled() throws Exception {
		RuntimeHints hints = generate();
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(ParcelTasks.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(ParcelTasks.class.getDeclaredMethod("pack", List.class, String.class))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Notes.class.getDeclaredMethod("note", Note.class, TaskContext.class))).accepts(hints);
	}

	@Test
	void filesOfTheLibraryAreThere() {
		RuntimeHints hints = generate();
		for (String file : List.of("io/gobstopper/store/postgresql/postgresql-1.sql",
				"io/gobstopper/dashboard/index.html", "io/gobstopper/dashboard/lib/preact/preact.module.js",
				"libduckdb_java.so_linux_amd64")) {
			assertThat(RuntimeHintsPredicates.resource().forResource(file)).as(file).accepts(hints);
		}
	}

	@Test
	void oneCodeIsOfProcessesThatRunTasksAndOfOthers(@TempDir Path folder) throws Exception {
		Path sources = Files.createDirectory(folder.resolve("sources"));
		Path classes = Files.createDirectory(folder.resolve("classes"));
		DefaultGenerationContext generation = context(
				new FileSystemGeneratedFiles((kind) -> (kind == GeneratedFiles.Kind.SOURCE) ? sources : classes));
		String initializer = generate(generation).reflectionName();
		generation.writeGeneratedContent();
		compile(sources, classes);
		assertThat(run(classes, initializer)).containsExactly("worker true", "check true", "snapshots false",
				"Label[to=Ada, items=1]");
		assertThat(run(classes, initializer, "gobstopper.worker.enabled=false",
				"gobstopper.snapshot.directory=" + folder.resolve("snapshots")))
			.containsExactly("worker false", "check false", "snapshots true");
	}

	private static void compile(Path sources, Path classes) throws IOException {
		List<Path> files;
		try (Stream<Path> all = Files.walk(sources)) {
			files = all.filter(Files::isRegularFile).toList();
		}
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter errors = new StringWriter();
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			boolean compiled = compiler
				.getTask(errors, manager, null,
						List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath(classes)), null,
						manager.getJavaFileObjectsFromPaths(files))
				.call();
			assertThat(compiled).as("%s", errors).isTrue();
		}
	}

	private static String classPath(Path classes) {
		return classes + File.pathSeparator + System.getProperty("java.class.path");
	}

	private static List<String> run(Path classes, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						classes + File.pathSeparator + System.getProperty("java.class.path"),
						GeneratedApplication.class.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		List<String> said = process.inputReader().lines().filter((line) -> SAID.matcher(line).find()).toList();
		assertThat(process.waitFor()).isZero();
		return said;
	}

	private static RuntimeHints generate() {
		DefaultGenerationContext generation = context(new InMemoryGeneratedFiles());
		generate(generation);
		return generation.getRuntimeHints();
	}

	private static DefaultGenerationContext context(GeneratedFiles files) {
		return new DefaultGenerationContext(new ClassNameGenerator(ClassName.get(AotTests.class)), files);
	}

	private static ClassName generate(DefaultGenerationContext generation) {
		System.setProperty(AbstractAotProcessor.AOT_PROCESSING, "true");
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(GeneratedApplication.IN_MEMORY).applyTo(context);
			context.register(GeneratedApplication.class);
			for (RuntimeHintsRegistrar registrar : SpringFactoriesLoader
				.forResourceLocation("META-INF/spring/aot.factories")
				.load(RuntimeHintsRegistrar.class)) {
				registrar.registerHints(generation.getRuntimeHints(), AotTests.class.getClassLoader());
			}
			return new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		finally {
			System.clearProperty(AbstractAotProcessor.AOT_PROCESSING);
		}
	}

}
