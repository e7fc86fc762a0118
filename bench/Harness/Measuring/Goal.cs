namespace Harness.Measuring;

/// <summary>What a row asks of a contender beside another.</summary>
/// <param name="Of">Whose figure.</param>
/// <param name="Against">Beside whose.</param>
/// <param name="AtLeast">The least ratio of requests per second.</param>
/// <param name="P99AtMost">The greatest ratio of the 99th percentiles, or none.</param>
internal sealed record Goal(string Of, string Against, double AtLeast, double? P99AtMost = null);
