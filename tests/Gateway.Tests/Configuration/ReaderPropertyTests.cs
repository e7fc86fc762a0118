using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>Whatever becomes of the file, reading it ends in settings or in mistakes that have a place.</summary>
public sealed class ReaderPropertyTests
{
    private static readonly byte[] Shipped = File.ReadAllBytes(Loading.ShippedFile);
    private static readonly string[] Pieces = ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "\\u0000", "\\ud800", "//", "/*", "\n", "\0", "{}", "\"RateLimit\": [[]],", "\"Cache\": {},"];

    [Fact]
    public void Read_TruncatedFile_IsAMistakeInsideTheFile() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, Shipped.Length - 3).ToArbitrary(), length => IsSound(Shipped[..length], demandMistake: true)));

    [Fact]
    public void Read_MutatedBytes_GivesSettingsOrMistakes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Mutations().ToArbitrary(), text => IsSound(text, demandMistake: false)));

    [Fact]
    public void Read_ArbitraryText_GivesSettingsOrMistakes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll<string?>(text => IsSound(Encoding.UTF8.GetBytes(text ?? ""), demandMistake: false)));

    [Fact]
    public async Task Load_MutatedFile_NeverThrows()
    {
        using var file = new RoutesFile("{}");
        SnapshotLoader loader = Loading.Loader(file);
        foreach (byte[] text in Gen.Sample(Mutations(), 50, 150))
        {
            await File.WriteAllBytesAsync(file.Path, text);
            LoadResult read = await loader.LoadAsync(1, CancellationToken.None);
            Assert.True(read.IsValid || read.Mistakes.Any(mistake => !mistake.IsWarning));
        }
    }

    // A few pieces of the file's own alphabet put in, or bytes changed or cut out, at places anywhere in it.
    private static Gen<byte[]> Mutations() =>
        from count in Gen.Choose(1, 4)
        from changes in Gen.ListOf(Change(), count)
        select changes.Aggregate(Shipped, (text, change) => change(text));

    private static Gen<Func<byte[], byte[]>> Change() => Gen.OneOf(
        from at in Gen.Choose(0, Shipped.Length) from piece in Gen.Elements(Pieces) select Splice(at, 0, Encoding.UTF8.GetBytes(piece)),
        from at in Gen.Choose(0, Shipped.Length) from value in Gen.Choose(0, 255) select Splice(at, 1, [(byte)value]),
        from at in Gen.Choose(0, Shipped.Length) from length in Gen.Choose(1, 200) select Splice(at, length, []));

    private static Func<byte[], byte[]> Splice(int at, int removed, byte[] added) => text =>
        [.. text[..Math.Min(at, text.Length)], .. added, .. text[Math.Min(at + removed, text.Length)..]];

    private static bool IsSound(byte[] text, bool demandMistake)
    {
        var mistakes = new MistakeList();
        SettingNode? root = JsonSettings.Read(text, "routes.json", mistakes);
        int lines = text.Count(letter => letter == '\n') + 1;
        bool placed = mistakes.InOrder.All(mistake => mistake.Origin.Line >= 1 && mistake.Origin.Line <= lines && mistake.Origin.Column >= 1);
        return placed && (root is not null || mistakes.Errors > 0) && (!demandMistake || mistakes.Errors > 0);
    }
}
