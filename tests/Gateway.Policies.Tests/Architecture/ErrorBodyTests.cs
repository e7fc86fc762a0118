using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>Only <c>Rejections/</c> writes error bodies, so that every error looks alike and tells nothing it must not.</summary>
public sealed partial class ErrorBodyTests
{
    [Fact]
    public void ErrorBodies_OutsideRejections_AreNotWritten() => Violations.AssertNone(
        from file in SourceTree.Files("src")
        where !file.Path.Contains("/Rejections/", StringComparison.Ordinal)
        from line in file.Code
        where WritesAnError().IsMatch(line)
        select $"{file.Path}: {line.Trim()}");

    [GeneratedRegex("""problem\+json|\bProblemDetails\b|Results\.(Problem|BadRequest|NotFound|Unauthorized|Conflict|StatusCode)|StatusCode = (StatusCodes\.Status)?[45]\d\d""")]
    private static partial Regex WritesAnError();
}
