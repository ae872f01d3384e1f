package io.gobstopper.benchmarks;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start this program once more.
 */
final class ChildProcess {

	private static final String MAIN_CLASS = "io.gobstopper.benchmarks.Benchmarks";

	private ChildProcess() {
	}

	static List<String> command(String... arguments) {
		String classPath = System.getProperty("java.class.path");
		List<String> command = new ArrayList<>(
				List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx1g"));
		command.addAll(isExecutableJar(classPath) ? List.of("-jar", classPath) : List.of("-cp", classPath, MAIN_CLASS));
		command.addAll(List.of(arguments));
		return command;
	}

	private static boolean isExecutableJar(String classPath) {
		return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
	}

}
