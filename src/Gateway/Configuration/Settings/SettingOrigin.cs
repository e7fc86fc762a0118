namespace Gateway.Configuration.Settings;

/// <summary>Where a setting comes from: a place in a file, an environment variable, or an option of the command line.</summary>
/// <param name="Source">The file's path, <c>environment variable Gateway__…</c>, or <c>--set</c>.</param>
/// <param name="Line">From 1; 0 when the source is not a file.</param>
/// <param name="Column">From 1, in UTF-16 characters as editors count.</param>
public sealed record SettingOrigin(string Source, int Line = 0, int Column = 0)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
