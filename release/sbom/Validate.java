import java.nio.file.Path;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.parsers.JsonParser;

/** {@code java -cp 'DEPENDENCIES/*' Validate.java FILE...}: says what of each SBOM is not as the schema of CycloneDX 1.6 wants it; exits with 1 then. */
final class Validate {
  public static void main(String[] files) throws Exception {
    int problems = 0;
    for (String file : files) {
      List<ParseException> wrong = new JsonParser().validate(Path.of(file).toFile(), Version.VERSION_16);
      wrong.forEach(one -> System.err.println(file + ": " + one.getMessage()));
      System.out.println(file + ": CycloneDX 1.6: " + wrong.size() + " problems");
      problems += wrong.size();
    }
    System.exit(problems == 0 && files.length > 0 ? 0 : 1);
  }
}
