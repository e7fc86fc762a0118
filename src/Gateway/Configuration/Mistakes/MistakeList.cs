using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Mistakes;

/// <summary>Collects every mistake of one load, so that all are shown together.</summary>
internal sealed class MistakeList
{
    private readonly List<ConfigMistake> _all = [];

    /// <summary>Mistakes so far, warnings not counted.</summary>
    public int Errors { get; private set; }

    /// <summary>All of them, in the order of the file.</summary>
    public IReadOnlyList<ConfigMistake> InOrder =>
        [.. _all.Distinct().OrderBy(mistake => mistake.Origin.Line == 0).ThenBy(mistake => mistake.Origin.Line).ThenBy(mistake => mistake.Origin.Column)];

    public void Add(SettingNode at, string problem, string? allowed = null, string? nearest = null) =>
        Add(new ConfigMistake(at.Origin, at.Path, problem, allowed, nearest));

    public void Warn(SettingNode at, string problem, string? allowed = null) =>
        Add(new ConfigMistake(at.Origin, at.Path, problem, allowed, IsWarning: true));

    /// <summary>True when the setting at <paramref name="path"/> or one below it is wrong already.</summary>
    public bool HasAt(string path) => _all.Exists(mistake =>
        !mistake.IsWarning
        && mistake.Path.StartsWith(path, StringComparison.OrdinalIgnoreCase)
        && (mistake.Path.Length == path.Length || mistake.Path[path.Length] == ':'));

    public void Add(ConfigMistake mistake)
    {
        _all.Add(mistake);
        Errors += mistake.IsWarning ? 0 : 1;
    }
}
