namespace Gateway.Tests.Telemetry;

internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, string RawLabels, double Value)
{
    public string Series => $"{Name}{{{RawLabels}}}";
}
